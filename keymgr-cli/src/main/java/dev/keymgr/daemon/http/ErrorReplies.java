package dev.keymgr.daemon.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers what never came to the endpoints: a request that cannot be read, or one that comes while the server stops. */
final class ErrorReplies implements Request.Handler {
    private final RequestObserver observer;

    ErrorReplies(RequestObserver observer) {
        this.observer = observer;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        observer.served("", Endpoints.OTHER, status);
        Replies.error(request, response, callback, status);
        return true;
    }
}
