#include "wire/status.h"

const char *wire_status_name(int status)
{
	switch (status) {
	case STATUS_OK:
		return "Ok";
	case STATUS_CHANNEL_SEND:
		return "ChannelSend";
	case STATUS_CHANNEL_RECV:
		return "ChannelRecv";
	case STATUS_WINDOW_NOT_FOUND:
		return "WindowNotFound";
	case STATUS_SERIALIZATION:
		return "Serialization";
	case STATUS_PERMISSION_DENIED:
		return "PermissionDenied";
	case STATUS_QUEUE_FULL:
		return "QueueFull";
	case STATUS_TIMEOUT:
		return "Timeout";
	case STATUS_CANCELLED:
		return "Cancelled";
	case STATUS_NO_HANDLER:
		return "NoHandler";
	case STATUS_TOO_LARGE:
		return "TooLarge";
	default:
		return "Unknown";
	}
}
