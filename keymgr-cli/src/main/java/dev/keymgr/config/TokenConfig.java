package dev.keymgr.config;

import dev.keymgr.key.TokenLabel;
import java.nio.file.Path;

/**
 * One token of a scope.
 *
 * @param socket where its process listens, absolute; of no meaning to a token loaded in-process
 */
public record TokenConfig(TokenLabel label, SecretSource pin, Path socket) {}
