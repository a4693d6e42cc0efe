package dev.keymgr.daemon;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** The heartbeat. */
@DisallowConcurrentExecution
final class BeatJob implements Job {
    private final Duties duties;

    BeatJob(Duties duties) {
        this.duties = duties;
    }

    @Override
    public void execute(JobExecutionContext context) {
        duties.beat();
    }
}
