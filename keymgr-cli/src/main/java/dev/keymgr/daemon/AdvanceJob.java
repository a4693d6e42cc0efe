package dev.keymgr.daemon;

import dev.keymgr.key.ScopeName;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Wakes one scope: the name of the job is the name of the scope. */
@DisallowConcurrentExecution
final class AdvanceJob implements Job {
    private final Duties duties;

    AdvanceJob(Duties duties) {
        this.duties = duties;
    }

    @Override
    public void execute(JobExecutionContext context) {
        duties.advance(new ScopeName(context.getJobDetail().getKey().getName()));
    }
}
