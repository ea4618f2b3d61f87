package io.sluice.server;

/**
 * A value that one source gives to a setting.
 *
 * @param value not read yet
 */
record Assignment(Setting<?> setting, ConfigValue value, Origin origin) {}
