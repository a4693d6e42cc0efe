/**
 * Tells others what happened: signed webhooks and a program of the operator's. The audit record is the outbox and each
 * receiver has a mark in it, so nothing is lost in a crash. Floor 3.
 */
@NullMarked
package dev.keymgr.daemon.notify;

import org.jspecify.annotations.NullMarked;
