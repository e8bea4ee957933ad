/*
 * What a sender is told: the closed set of outcomes of a message. The numbers
 * are API: both JavaScript edges show them as the code of an error, and the first
 * four are those of Forge's runtime:ipc, which this module follows.
 */
#pragma once

enum wire_status {
	STATUS_OK = 0,
	STATUS_CHANNEL_SEND = 7000,
	STATUS_CHANNEL_RECV = 7001,
	STATUS_WINDOW_NOT_FOUND = 7002,
	STATUS_SERIALIZATION = 7003,
	STATUS_PERMISSION_DENIED = 7004,
	STATUS_QUEUE_FULL = 7005,
	STATUS_TIMEOUT = 7006,
	STATUS_CANCELLED = 7007,
	STATUS_NO_HANDLER = 7008,
	STATUS_TOO_LARGE = 7009,
};

/* "PermissionDenied" and so on; "Unknown" for any other number. */
const char *wire_status_name(int status);
