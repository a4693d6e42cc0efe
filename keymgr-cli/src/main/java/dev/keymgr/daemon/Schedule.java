package dev.keymgr.daemon;

import static org.quartz.JobBuilder.newJob;
import static org.quartz.SimpleScheduleBuilder.simpleSchedule;
import static org.quartz.TriggerBuilder.newTrigger;
import static org.quartz.impl.matchers.GroupMatcher.groupEquals;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.quartz.DateBuilder;
import org.quartz.DateBuilder.IntervalUnit;
import org.quartz.Job;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the duties. It holds no state that matters: whatever it forgets, repeats or delays, the inventory and the clock
 * decide what is due. For many threads.
 */
final class Schedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);

    /** A sweep wakes each scope this often at most, however short its tick. */
    private static final Duration SWEEP_MIN = Duration.ofMillis(500);

    private static final String ADVANCE = "advance";
    private static final String EXAMINE = "examine";

    private static final Map<Class<? extends Job>, Function<Duties, Job>> JOBS = Map.of(
            AdvanceJob.class, AdvanceJob::new,
            ExamineJob.class, ExamineJob::new,
            BeatJob.class, BeatJob::new,
            NotifyJob.class, NotifyJob::new);

    private final Scheduler scheduler;

    private Schedule(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * A scheduler that has not begun.
     *
     * @param store its Quartz properties: where it keeps its jobs, and how many threads it has
     */
    static Schedule of(Properties store, Duties duties) {
        try {
            Scheduler scheduler = new StdSchedulerFactory(store).getScheduler();
            scheduler.setJobFactory((bundle, ignored) -> {
                Class<? extends Job> job = bundle.getJobDetail().getJobClass();
                Function<Duties, Job> maker = JOBS.get(job);
                if (maker == null) {
                    throw new SchedulerException("no such job here: " + job);
                }
                return maker.apply(duties);
            });
            return new Schedule(scheduler);
        } catch (SchedulerException e) {
            throw failed("could not be set up", e);
        }
    }

    void start() {
        try {
            scheduler.start();
        } catch (SchedulerException e) {
            throw failed("could not be started", e);
        }
    }

    /** The safety net of a scope: both its duties at every tick, the first at once, the other in between. */
    void sweep(ScopeName scope, Duration tick) {
        every(new JobKey(scope.value(), ADVANCE), AdvanceJob.class, tick, Duration.ZERO);
        every(new JobKey(scope.value(), EXAMINE), ExamineJob.class, tick, tick.dividedBy(2));
    }

    /** The same for those of the scopes that have lost a sweep. Failing to is only logged: the next beat tries again. */
    void restore(Map<ScopeName, Duration> ticks) {
        try {
            Set<TriggerKey> sweeps = new HashSet<>(scheduler.getTriggerKeys(groupEquals(ADVANCE)));
            sweeps.addAll(scheduler.getTriggerKeys(groupEquals(EXAMINE)));
            ticks.forEach((scope, tick) -> {
                if (!sweeps.contains(new TriggerKey(scope.value(), ADVANCE))
                        || !sweeps.contains(new TriggerKey(scope.value(), EXAMINE))) {
                    LOG.info("the wakes of scope {} were missing and are put back", scope);
                    sweep(scope, tick);
                }
            });
        } catch (SchedulerException | KeymgrException e) {
            LOG.warn("could not see whether wakes are missing; the next beat tries again", e);
        }
    }

    /** Takes away every wake of a scope. Failing to is only logged: the next wake tries again. */
    void forget(ScopeName scope) {
        try {
            scheduler.deleteJobs(List.of(new JobKey(scope.value(), ADVANCE), new JobKey(scope.value(), EXAMINE)));
        } catch (SchedulerException e) {
            LOG.warn("could not take away the wakes of scope {}; the next one tries again", scope, e);
        }
    }

    void beatEvery(Duration interval) {
        every(new JobKey("beat", "daemon"), BeatJob.class, interval, Duration.ZERO);
    }

    void notifyEvery(Duration interval) {
        every(new JobKey("notify", "daemon"), NotifyJob.class, interval, Duration.ZERO);
    }

    private void every(JobKey key, Class<? extends Job> job, Duration interval, Duration first) {
        Duration period = interval.compareTo(SWEEP_MIN) < 0 ? SWEEP_MIN : interval;
        SimpleScheduleBuilder often = simpleSchedule()
                .withIntervalInMilliseconds(period.toMillis())
                .repeatForever()
                .withMisfireHandlingInstructionNowWithRemainingCount();
        Trigger trigger = newTrigger()
                .withIdentity(key.getName(), key.getGroup())
                .forJob(key)
                .withSchedule(often)
                .startAt(DateBuilder.futureDate(Math.toIntExact(first.toMillis()), IntervalUnit.MILLISECOND))
                .build();
        JobDetail detail = newJob(job).withIdentity(key).storeDurably().build();
        try {
            scheduler.addJob(detail, true);
            replace(trigger);
        } catch (SchedulerException e) {
            throw failed("could not take the job " + key, e);
        }
    }

    /** Wakes a scope once at an instant, besides the sweep; a later call replaces it. Failing to is only logged. */
    void wakeAt(ScopeName scope, Instant at) {
        JobKey key = new JobKey(scope.value(), ADVANCE);
        Trigger trigger = newTrigger()
                .withIdentity(scope.value(), "next")
                .forJob(key)
                .withSchedule(simpleSchedule().withMisfireHandlingInstructionFireNow())
                .startAt(Date.from(at))
                .build();
        try {
            replace(trigger);
        } catch (SchedulerException e) {
            LOG.warn("could not set the next wake of scope {} to {}; the sweep will wake it", scope, at, e);
        }
    }

    private void replace(Trigger trigger) throws SchedulerException {
        TriggerKey key = trigger.getKey();
        if (scheduler.rescheduleJob(key, trigger) == null) {
            try {
                scheduler.scheduleJob(trigger);
            } catch (org.quartz.ObjectAlreadyExistsException e) {
                scheduler.rescheduleJob(key, trigger); // another daemon was faster
            }
        }
    }

    /** Lets what runs end. */
    @Override
    public void close() {
        try {
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            LOG.warn("the scheduler did not stop in order", e);
        }
    }

    private static KeymgrException failed(String what, SchedulerException cause) {
        return new KeymgrException(
                ErrorCode.STORE_UNAVAILABLE,
                "the scheduler " + what + " (" + cause.getMessage() + "); no key is rotated on schedule; see that the"
                        + " store can be reached, and start the daemon again",
                cause);
    }
}
