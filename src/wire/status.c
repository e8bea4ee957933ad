#include "wire/status.h"

#define STATUS_NAME(constant_, code_, name_, ...) \
	case code_:                               \
		return name_;

const char *wire_status_name(int status)
{
	switch (status) {
	case STATUS_OK:
		return "Ok";
		WIRE_STATUSES(STATUS_NAME)
	default:
		return "Unknown";
	}
}
