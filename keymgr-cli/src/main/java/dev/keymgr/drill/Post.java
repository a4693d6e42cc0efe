package dev.keymgr.drill;

import dev.keymgr.json.Json;
import dev.keymgr.token.Decision;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a relying party says to the daemon, and what anybody may read there. */
final class Post {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /** The body, or nothing where there is no answer. */
    String get(URI url) {
        return send(HttpRequest.newBuilder(url).timeout(TIMEOUT).GET().build());
    }

    /** Gives the answer's body; nothing where it was refused. */
    String decisions(URI url, String bearer, List<Decision> decisions) {
        List<Object> records = decisions.stream()
                .<Object>map(d -> Json.parseObject(d.render()))
                .toList();
        return post(url, bearer, Map.of("decisions", records));
    }

    /** Fetches what the party is owed, and acknowledges. Gives the tokens' ids. */
    List<String> poll(URI url, String bearer, List<String> acknowledged) {
        String answer = post(url, bearer, Map.of("ack", acknowledged));
        return answer.isEmpty()
                        || !(Json.parseObject(answer.getBytes(StandardCharsets.UTF_8))
                                        .get("sets")
                                instanceof Map<?, ?> sets)
                ? List.of()
                : sets.keySet().stream().map(String::valueOf).toList();
    }

    private String post(URI url, String bearer, Map<String, ?> body) {
        return send(HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + bearer)
                .POST(BodyPublishers.ofByteArray(Json.render(body)))
                .build());
    }

    private String send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            return response.statusCode() == 200 ? response.body() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
