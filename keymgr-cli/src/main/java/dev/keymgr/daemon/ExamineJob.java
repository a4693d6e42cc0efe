package dev.keymgr.daemon;

import dev.keymgr.key.ScopeName;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Looks at one scope: the name of the job is the name of the scope. */
@DisallowConcurrentExecution
final class ExamineJob implements Job {
    private final Duties duties;

    ExamineJob(Duties duties) {
        this.duties = duties;
    }

    @Override
    public void execute(JobExecutionContext context) {
        duties.examine(new ScopeName(context.getJobDetail().getKey().getName()));
    }
}
