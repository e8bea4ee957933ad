#include "ipc/identity.h"

#include <errno.h>
#include <string.h>

int identity_new(const char *peer, const char *origin, unsigned frame, struct identity **ret)
{
	static uint64_t last_serial;
	size_t peer_len = strlen(peer) + 1, origin_len = strlen(origin) + 1;
	struct identity *id = malloc(sizeof(*id) + peer_len + origin_len);
	char *text;

	if (!id)
		return -ENOMEM;
	text = (char *)(id + 1);
	memcpy(text, peer, peer_len);
	memcpy(text + peer_len, origin, origin_len);
	*id = (struct identity){
		.refs = 1,
		.serial = ++last_serial,
		.peer = text,
		.origin = text + peer_len,
		.frame = frame,
	};
	list_init(&id->calls);
	*ret = id;
	return 0;
}

struct identity *identity_ref(struct identity *id)
{
	id->refs++;
	return id;
}

void identity_unref(struct identity *id)
{
	if (id && --id->refs == 0)
		free(id);
}
