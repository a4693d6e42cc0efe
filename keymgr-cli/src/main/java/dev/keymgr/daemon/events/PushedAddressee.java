package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.daemon.notify.Addressee;
import dev.keymgr.daemon.notify.Answer;
import dev.keymgr.daemon.notify.Caller;
import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.jwks.LimitedBody;
import dev.keymgr.key.KeymgrException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One that is called. Its 202 is the acknowledgement.
 *
 * @standard RFC 8935 s. 2
 */
final class PushedAddressee implements Addressee {
    /** Short, for the next record may be a revocation. */
    static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    private static final int ACCEPTED = 202;
    private static final int REFUSED = 400;

    /** An error is short; what goes on is not read. */
    private static final int ERROR_BYTES_MAX = 4_096;

    /** The form of an error code; what has another is not repeated. */
    private static final Pattern ERROR_CODE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Outbox outbox;
    private final URI url;
    private final BearerToken token;
    private final Caller caller;

    PushedAddressee(Outbox outbox, URI url, BearerToken token, Caller caller) {
        this.outbox = outbox;
        this.url = url;
        this.token = token;
        this.caller = caller;
    }

    @Override
    public String name() {
        return outbox.name();
    }

    @Override
    public boolean wants(AuditRecord record) {
        return outbox.wants(record);
    }

    @Override
    public Duration pauseMax() {
        return PAUSE_MAX;
    }

    @Override
    public Answer deliver(AuditRecord record) throws InterruptedException {
        Sent sent;
        try {
            sent = outbox.require(record);
        } catch (KeymgrException e) {
            return Answer.failed("not signed: " + e.code().id());
        }
        if (!sent.isOffered()) {
            // What a crash between the answer and the mark leaves.
            return sent.refusal() == null ? Answer.DELIVERED : Answer.refused(sent.refusal());
        }
        Answer answer = call(sent.token());
        // A crash before the next line: it is delivered once more, the same token.
        switch (answer.outcome()) {
            case DELIVERED -> outbox.acknowledged(sent, name());
            case REFUSED -> outbox.refused(sent, answer.reason(), name());
            case FAILED -> {}
        }
        return answer;
    }

    private Answer call(String set) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/secevent+jwt")
                .header("Accept", "application/json")
                .header("Authorization", token.header())
                .POST(BodyPublishers.ofString(set));
        return caller.call(request, head -> LimitedBody.beginning(ERROR_BYTES_MAX), this::answer);
    }

    /**
     * Refused is what the party itself refuses, with an error that can be read. Any other answer, 404 and 410 too, may be
     * that of something in front of it, which knows nothing of the event.
     *
     * @standard RFC 8935 s. 2.4
     */
    private Answer answer(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == ACCEPTED) {
            return Answer.DELIVERED;
        }
        Optional<String> error = error(response.body());
        String reason = "HTTP " + status
                + error.filter(code -> ERROR_CODE.matcher(code).matches())
                        .map(code -> " " + code)
                        .orElse("");
        return status == REFUSED && error.isPresent() ? Answer.refused(reason) : caller.failed(response, reason);
    }

    /** The code of an error. Its description stays unread: it is anyone's text. */
    private static Optional<String> error(byte[] body) {
        try {
            return Json.parseObject(body).get("err") instanceof String code ? Optional.of(code) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
