#include "view/refuge.h"

#include <stddef.h>

#include "screen/screen.h"

bool refuge_serves(const struct output *o)
{
	enum output_state state = output_state(o);

	return state == OUTPUT_LIT || state == OUTPUT_ASLEEP;
}

struct output *refuge_find(const struct screen *s, const struct output *from,
	bool (*occupied)(const struct output *o, void *arg), void *arg)
{
	struct output *o = NULL;

	if (refuge_serves(from))
		return NULL;
	while ((o = screen_next(s, o)))
		if (o != from && output_state(o) == OUTPUT_LIT && !occupied(o, arg))
			return o;
	return NULL;
}
