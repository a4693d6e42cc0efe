package dev.keymgr.daemon.http;

import java.util.List;
import java.util.Locale;

/**
 * The client's wish for compression.
 *
 * @standard RFC 9110 s. 12.5.3
 */
final class AcceptEncoding {
    private AcceptEncoding() {}

    /** Whether gzip is acceptable, and not less welcome than the bytes as they are. Without the field it is not asked for. */
    static boolean wantsGzip(List<String> fieldValues) {
        double gzip = -1;
        double identity = -1;
        double others = -1;
        for (String value : fieldValues) {
            for (String coding : value.split(",", -1)) {
                String[] parts = coding.split(";", -1);
                double weight = weight(parts);
                switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
                    case "gzip", "x-gzip" -> gzip = weight;
                    case "identity" -> identity = weight;
                    case "*" -> others = weight;
                    default -> {}
                }
            }
        }
        double gzipWeight = gzip >= 0 ? gzip : others;
        return gzipWeight > 0 && gzipWeight >= identity;
    }

    /** One where none is given; zero, the cautious reading, where it is no weight. */
    private static double weight(String[] parts) {
        if (parts.length < 2) {
            return 1;
        }
        String text = parts[1].strip().toLowerCase(Locale.ROOT);
        return text.matches("q\\s*=\\s*(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")
                ? Double.parseDouble(text.substring(text.indexOf('=') + 1).strip())
                : 0;
    }
}
