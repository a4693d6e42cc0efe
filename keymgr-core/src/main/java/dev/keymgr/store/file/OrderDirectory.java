package dev.keymgr.store.file;

import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A folder with a file for each order, for its owner's eyes: {@code consumer-42.json}. It is made with the first order. A file
 * appears whole or not at all, also through a power cut.
 */
public final class OrderDirectory implements EmergencyOrders {
    private static final String SUFFIX = ".json";

    /** A longer number is none that keymgr gave. */
    private static final int DIGITS_MAX = 18;

    /** An order is a few hundred bytes, and with the history of a large scope as signed documents some hundred thousand. */
    private static final long BYTES_MAX = 1 << 22;

    private final Path directory;

    public OrderDirectory(Path directory) {
        this.directory = directory;
    }

    /** Makes the folder, so that an order finds it where its parent cannot be written. */
    public void make() {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw failed("could not make " + directory + " (" + e + ")", "make it by hand, for this user alone", e);
        }
    }

    @Override
    public List<EmergencyOrder> of(ScopeName scope) {
        return waiting(scope).orders();
    }

    @Override
    public List<KeymgrException> unreadable(ScopeName scope) {
        return waiting(scope).faults();
    }

    private record Waiting(List<EmergencyOrder> orders, List<KeymgrException> faults) {}

    private Waiting waiting(ScopeName scope) {
        List<EmergencyOrder> orders = new ArrayList<>();
        List<KeymgrException> faults = new ArrayList<>();
        try {
            for (Path file : files(scope)) {
                try {
                    read(file, scope).ifPresent(orders::add);
                } catch (KeymgrException e) {
                    faults.add(e);
                }
            }
        } catch (IOException e) {
            faults.add(failed("could not read the orders in " + directory + " (" + e + ")", "mend the folder", e));
        }
        orders.sort(Comparator.comparing(EmergencyOrder::document));
        return new Waiting(orders, faults);
    }

    /** A folder closed to this user is another's: its orders are that user's to carry. A closed file in an open folder is not. */
    private List<Path> files(ScopeName scope) throws IOException {
        // a-b-1.json is of scope a-b, and would match a-*.json
        Pattern name = Pattern.compile(Pattern.quote(scope + "-") + "\\d+" + Pattern.quote(SUFFIX));
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                directory, file -> name.matcher(file.getFileName().toString()).matches())) {
            files.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    /** By the names of the files, since what is in one may be damaged. */
    @Override
    public Optional<Generation> highest(ScopeName scope) {
        try {
            return files(scope).stream()
                    .map(file -> file.getFileName().toString())
                    .map(name -> name.substring(scope.value().length() + 1, name.length() - SUFFIX.length()))
                    .filter(digits -> digits.length() <= DIGITS_MAX)
                    .map(digits -> new Generation(Long.parseLong(digits)))
                    .max(Generation::compareTo);
        } catch (IOException e) {
            return Optional.empty(); // unreadable() says so, and no revocation waits until the folder is mended
        }
    }

    /** Empty when it has been carried into the record, and taken away, since it was listed. */
    private static Optional<EmergencyOrder> read(Path file, ScopeName scope) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new IllegalArgumentException("it is too long for an order");
            }
            EmergencyOrder order = OrderForm.parse(Files.readAllBytes(file));
            if (!order.scope().equals(scope)) {
                throw new IllegalArgumentException("it is of scope " + order.scope());
            }
            return Optional.of(order);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw failed(
                    "order " + file + " is damaged (" + e.getMessage() + ")",
                    "see what it says, give the order again with keymgr revoke, and move the file away",
                    e);
        } catch (IOException e) {
            throw failed(
                    "order " + file + " cannot be read (" + e + ")",
                    "somebody revoked a key here as another user: run keymgr apply as that user, or give the file to this one",
                    e);
        }
    }

    @Override
    public String put(EmergencyOrder order) {
        Path file = file(order);
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.deleteIfExists(temporary);
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(OrderForm.render(order));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            giveToOwnerOfFolder(temporary);
            if (isOther(file, order)) {
                Files.delete(temporary);
                throw new KeymgrException(
                        ErrorCode.STORE_UNAVAILABLE,
                        "another order lies in " + file
                                + " and was not written over; none was left; run the command again");
            }
            // Crash here: no order; the key is not touched yet, and the temporary file is overwritten by the next
            // attempt.
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force();
            return file.toString();
        } catch (IOException e) {
            throw failed("could not leave an order in " + directory + " (" + e + ")", "make it writable", e);
        }
    }

    /** What nobody can read may be the revocation of any key. */
    private static boolean isOther(Path file, EmergencyOrder order) {
        try {
            return read(file, order.scope())
                    .filter(there -> !there.kids().equals(order.kids()))
                    .isPresent();
        } catch (KeymgrException e) {
            return true;
        }
    }

    /** An order by root is for the user whose keymgr works here; nobody else than root can or need do that. */
    private void giveToOwnerOfFolder(Path file) throws IOException {
        UserPrincipal owner = Files.getOwner(directory);
        if (!Files.getOwner(file).equals(owner)) {
            try {
                Files.setOwner(file, owner);
            } catch (FileSystemException e) {
                // It waits all the same, and whoever cannot read it is told so.
                return;
            }
        }
    }

    @Override
    public void done(EmergencyOrder order) {
        try {
            if (Files.deleteIfExists(file(order))) {
                force();
            }
        } catch (IOException e) {
            throw failed(
                    "order " + file(order) + " is in the record but could not be taken away (" + e + ")",
                    "remove it by hand",
                    e);
        }
    }

    private Path file(EmergencyOrder order) {
        return directory.resolve(order.scope() + "-" + order.document() + SUFFIX);
    }

    private void force() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static KeymgrException failed(String what, String wayOut, Exception cause) {
        return new KeymgrException(ErrorCode.STORE_UNAVAILABLE, what + "; " + wayOut, cause);
    }
}
