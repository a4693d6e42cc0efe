package dev.keymgr.daemon;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP, where the platform lets a Java program hear it. */
public final class Hangup {
    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /**
     * Runs something at each SIGHUP from now on, in place of what ran before. Through reflection: the class is of every JDK
     * but of no standard.
     */
    public static void run(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return method.getReturnType() == int.class ? System.identityHashCode(self) : null;
                    });
            Object before = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
            if (handler.getField("SIG_IGN").get(null).equals(before)) {
                LOG.warn(
                        "SIGHUP was ignored by whoever started this, as nohup does, and so it is here; restart the daemon"
                                + " to have it take a changed configuration");
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.warn("SIGHUP cannot be heard here; restart the daemon to have it take a changed configuration", e);
        }
    }
}
