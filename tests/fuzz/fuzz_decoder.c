/*
 * A hostile stream. The input starts with a count and as many chunk sizes,
 * used in turn; the rest is the stream. However it is cut, the same frames come
 * out and the same end, and each frame can be made again from its parts.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/decoder.h"

#define SIZES_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct chunks {
	const uint8_t *sizes; /* less 1 each */
	size_t n; /* 0: as much at once as a decoder takes */
};

struct outcome {
	struct buf frames; /* as on the wire */
	int end; /* what decoder_next() said last */
};

static void check_frame(const struct frame *f)
{
	struct frame *made, *copy;
	struct cursor c;
	int r;

	cursor_init(&c, f->payload, f->payload_len);
	assert(cursor_skip(&c) == 0 && cursor_done(&c));
	r = frame_new(
		f->kind, f->id, f->channel, f->channel_len, f->payload, f->payload_len, &made);
	assert(r == 0);
	assert(made->kind == f->kind && made->id == f->id);
	assert(made->channel_len == f->channel_len && made->payload_len == f->payload_len);
	assert(memcmp(made->channel, f->channel, f->channel_len) == 0);
	assert(memcmp(made->payload, f->payload, f->payload_len) == 0);
	/* The head may have come in a longer encoding than ours, never in a shorter one. */
	r = frame_copy(made, f->id, f->flags, &copy);
	assert(r == 0);
	assert(copy->flags == f->flags && copy->size <= f->size);
	assert(f->flags == 0 || f->kind == FRAME_MESSAGE);
	frame_unref(copy);
	frame_unref(made);
}

static struct outcome decode(const uint8_t *data, size_t size, struct chunks chunks)
{
	struct outcome o = { .frames = BUF_INIT(size) };
	struct decoder d;

	decoder_init(&d);
	for (size_t at = 0, turn = 0; at < size && o.end == 0; turn++) {
		size_t n = chunks.n ? chunks.sizes[turn % chunks.n] + 1u : DECODER_CHUNK;
		struct frame *f;
		uint8_t *to;

		if (n > size - at)
			n = size - at;
		if (decoder_reserve(&d, n, &to) < 0)
			abort();
		memcpy(to, data + at, n);
		decoder_fed(&d, n);
		at += n;
		while ((o.end = decoder_next(&d, &f)) > 0) {
			check_frame(f);
			if (buf_append(&o.frames, f->bytes, f->size) < 0)
				abort();
			frame_unref(f);
		}
	}
	decoder_fini(&d);
	return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole, cut;
	struct chunks chunks;

	if (size == 0)
		return 0;
	chunks.n = data[0] % SIZES_MAX;
	if (chunks.n > size - 1)
		chunks.n = size - 1;
	chunks.sizes = data + 1;
	data += 1 + chunks.n;
	size -= 1 + chunks.n;

	whole = decode(data, size, (struct chunks){ .n = 0 });
	cut = decode(data, size, chunks);
	assert(whole.end == cut.end);
	assert(buf_len(&whole.frames) == buf_len(&cut.frames));
	if (buf_len(&whole.frames) > 0) {
		/* What came out is what went in, from the start on. */
		assert(memcmp(buf_bytes(&whole.frames), data, buf_len(&whole.frames)) == 0);
		assert(memcmp(buf_bytes(&cut.frames), data, buf_len(&cut.frames)) == 0);
	}
	buf_fini(&whole.frames);
	buf_fini(&cut.frames);
	return 0;
}
