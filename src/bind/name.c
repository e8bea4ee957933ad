#include "bind/name.h"

#include <ctype.h>
#include <string.h>

size_t name_to_camel(const char *name, char ret[static NAME_MAX_BYTES])
{
	size_t n = 0;

	for (; *name && n < NAME_MAX_BYTES - 1; name++) {
		bool up = name[0] == '_' && name[1];

		name += up;
		ret[n++] = up ? (char)toupper((unsigned char)*name) : *name;
	}
	ret[n] = '\0';
	return n;
}

bool name_is(const char *name, const char *camel, size_t len)
{
	char own[NAME_MAX_BYTES];

	return name_to_camel(name, own) == len && memcmp(own, camel, len) == 0;
}
