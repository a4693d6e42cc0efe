package dev.keymgr.daemon;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Delivers notifications. */
@DisallowConcurrentExecution
final class NotifyJob implements Job {
    private final Duties duties;

    NotifyJob(Duties duties) {
        this.duties = duties;
    }

    @Override
    public void execute(JobExecutionContext context) {
        duties.notifyReceivers();
    }
}
