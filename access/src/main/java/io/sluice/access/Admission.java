package io.sluice.access;

/** Whether one more stream may be opened. */
public sealed interface Admission permits Lease, Exceeded {}
