package dev.keymgr.hsm.pkcs11;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A library under a name that this process has never used: a link in a fresh folder. It is needed only while the library
 * is being loaded and removed at once; a process that died in between leaves its folder to the next one.
 */
final class ModuleLink implements AutoCloseable {
    private static final String PREFIX = "link-";

    private final Path folder;
    private final Path library;

    private ModuleLink(Path folder, Path library) {
        this.folder = folder;
        this.library = library;
    }

    static ModuleLink create(Path runtimeDirectory, Path target) throws IOException {
        Files.createDirectories(
                runtimeDirectory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        sweep(runtimeDirectory);
        String prefix = PREFIX + ProcessHandle.current().pid() + "-";
        Path folder = Files.createTempDirectory(runtimeDirectory, prefix);
        Path library = folder.resolve(target.getFileName());
        Files.createSymbolicLink(library, target.toAbsolutePath());
        return new ModuleLink(folder, library);
    }

    Path library() {
        return library;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(library);
        Files.deleteIfExists(folder);
    }

    /** Removes what processes left that are no more. */
    private static void sweep(Path runtimeDirectory) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(runtimeDirectory, PREFIX + "*")) {
            for (Path folder : folders) {
                String[] parts = folder.getFileName().toString().split("-", 3);
                if (parts[1].matches("[0-9]{1,18}")
                        && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
                    remove(folder);
                }
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(folder)) {
            for (Path link : links) {
                Files.deleteIfExists(link);
            }
        }
        Files.deleteIfExists(folder);
    }
}
