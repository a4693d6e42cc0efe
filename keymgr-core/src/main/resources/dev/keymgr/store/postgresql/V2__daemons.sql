-- What daemons tell each other and a watcher. None of it decides what is due: that is the keyrings and the clock.

CREATE TABLE heartbeat (
    daemon     TEXT NOT NULL PRIMARY KEY,
    started_at TEXT NOT NULL,
    beat_at    TEXT NOT NULL,
    allowance  TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('WORKS', 'STANDS_BY'))
);

-- At most one row: who may schedule, since when and until when. Milliseconds since 1970, for the database compares them.
CREATE TABLE lease (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    holder     TEXT    NOT NULL,
    taken_at   BIGINT  NOT NULL,
    held_until BIGINT  NOT NULL
);

CREATE TABLE alarm (
    scope     TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    critical  INTEGER NOT NULL CHECK (critical IN (0, 1)),
    message   TEXT    NOT NULL,
    raised_at TEXT    NOT NULL,
    PRIMARY KEY (scope, code)
);

-- The audit record is the outbox of every receiver; this is how far each has read.
CREATE TABLE delivery (
    receiver        TEXT    NOT NULL PRIMARY KEY,
    sequence        BIGINT  NOT NULL,
    attempts        BIGINT  NOT NULL,
    next_attempt_at TEXT    NOT NULL
);

-- The schedule that daemons share, as Quartz wants it. Losing any of it delays a wake by a tick at most.
CREATE TABLE keymgr_qrtz_job_details (
    sched_name TEXT NOT NULL, job_name TEXT NOT NULL, job_group TEXT NOT NULL,
    description TEXT, job_class_name TEXT NOT NULL, is_durable BOOL NOT NULL, is_nonconcurrent BOOL NOT NULL,
    is_update_data BOOL NOT NULL, requests_recovery BOOL NOT NULL, job_data BYTEA,
    PRIMARY KEY (sched_name, job_name, job_group)
);

CREATE TABLE keymgr_qrtz_triggers (
    sched_name TEXT NOT NULL, trigger_name TEXT NOT NULL, trigger_group TEXT NOT NULL,
    job_name TEXT NOT NULL, job_group TEXT NOT NULL, description TEXT, next_fire_time BIGINT, prev_fire_time BIGINT,
    priority INTEGER, trigger_state TEXT NOT NULL, trigger_type TEXT NOT NULL, start_time BIGINT NOT NULL,
    end_time BIGINT, calendar_name TEXT, misfire_instr SMALLINT, job_data BYTEA,
    PRIMARY KEY (sched_name, trigger_name, trigger_group),
    FOREIGN KEY (sched_name, job_name, job_group)
        REFERENCES keymgr_qrtz_job_details (sched_name, job_name, job_group)
);

CREATE INDEX keymgr_qrtz_triggers_due ON keymgr_qrtz_triggers (sched_name, trigger_state, next_fire_time);

CREATE TABLE keymgr_qrtz_simple_triggers (
    sched_name TEXT NOT NULL, trigger_name TEXT NOT NULL, trigger_group TEXT NOT NULL,
    repeat_count BIGINT NOT NULL, repeat_interval BIGINT NOT NULL, times_triggered BIGINT NOT NULL,
    PRIMARY KEY (sched_name, trigger_name, trigger_group),
    FOREIGN KEY (sched_name, trigger_name, trigger_group)
        REFERENCES keymgr_qrtz_triggers (sched_name, trigger_name, trigger_group)
);

CREATE TABLE keymgr_qrtz_cron_triggers (
    sched_name TEXT NOT NULL, trigger_name TEXT NOT NULL, trigger_group TEXT NOT NULL,
    cron_expression TEXT NOT NULL, time_zone_id TEXT,
    PRIMARY KEY (sched_name, trigger_name, trigger_group),
    FOREIGN KEY (sched_name, trigger_name, trigger_group)
        REFERENCES keymgr_qrtz_triggers (sched_name, trigger_name, trigger_group)
);

CREATE TABLE keymgr_qrtz_simprop_triggers (
    sched_name TEXT NOT NULL, trigger_name TEXT NOT NULL, trigger_group TEXT NOT NULL,
    str_prop_1 TEXT, str_prop_2 TEXT, str_prop_3 TEXT, int_prop_1 INTEGER, int_prop_2 INTEGER, long_prop_1 BIGINT,
    long_prop_2 BIGINT, dec_prop_1 NUMERIC(13, 4), dec_prop_2 NUMERIC(13, 4), bool_prop_1 BOOL, bool_prop_2 BOOL,
    PRIMARY KEY (sched_name, trigger_name, trigger_group),
    FOREIGN KEY (sched_name, trigger_name, trigger_group)
        REFERENCES keymgr_qrtz_triggers (sched_name, trigger_name, trigger_group)
);

CREATE TABLE keymgr_qrtz_blob_triggers (
    sched_name TEXT NOT NULL, trigger_name TEXT NOT NULL, trigger_group TEXT NOT NULL, blob_data BYTEA,
    PRIMARY KEY (sched_name, trigger_name, trigger_group),
    FOREIGN KEY (sched_name, trigger_name, trigger_group)
        REFERENCES keymgr_qrtz_triggers (sched_name, trigger_name, trigger_group)
);

CREATE TABLE keymgr_qrtz_calendars (
    sched_name TEXT NOT NULL, calendar_name TEXT NOT NULL, calendar BYTEA NOT NULL,
    PRIMARY KEY (sched_name, calendar_name)
);

CREATE TABLE keymgr_qrtz_paused_trigger_grps (
    sched_name TEXT NOT NULL, trigger_group TEXT NOT NULL,
    PRIMARY KEY (sched_name, trigger_group)
);

CREATE TABLE keymgr_qrtz_fired_triggers (
    sched_name TEXT NOT NULL, entry_id TEXT NOT NULL, trigger_name TEXT NOT NULL, trigger_group TEXT NOT NULL,
    instance_name TEXT NOT NULL, fired_time BIGINT NOT NULL, sched_time BIGINT NOT NULL, priority INTEGER NOT NULL,
    state TEXT NOT NULL, job_name TEXT, job_group TEXT, is_nonconcurrent BOOL, requests_recovery BOOL,
    PRIMARY KEY (sched_name, entry_id)
);

CREATE TABLE keymgr_qrtz_scheduler_state (
    sched_name TEXT NOT NULL, instance_name TEXT NOT NULL, last_checkin_time BIGINT NOT NULL,
    checkin_interval BIGINT NOT NULL,
    PRIMARY KEY (sched_name, instance_name)
);

CREATE TABLE keymgr_qrtz_locks (
    sched_name TEXT NOT NULL, lock_name TEXT NOT NULL,
    PRIMARY KEY (sched_name, lock_name)
);
