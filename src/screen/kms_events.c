/*
 * libdrm's drmHandleEvent() has no argument for whom to tell, only the 64 bits that
 * came with each commit; those hold the serial number, which must not be a pointer to
 * something that may be gone.
 */
#include "screen/kms_events.h"

#include <errno.h>
#include <string.h>

#include <xf86drm.h>

#include "base/clock.h"

int kms_events_parse(const void *data, size_t len,
	void (*flipped)(const struct kms_event *e, void *arg), void *arg)
{
	const uint8_t *at = data;

	while (len > 0) {
		struct drm_event head;
		struct drm_event_vblank v;

		if (len < sizeof(head))
			return -EBADMSG;
		memcpy(&head, at, sizeof(head));
		if (head.length < sizeof(head) || head.length > len)
			return -EBADMSG;
		if (head.type == DRM_EVENT_FLIP_COMPLETE && head.length >= sizeof(v)) {
			memcpy(&v, at, sizeof(v));
			flipped(&(struct kms_event){ .crtc = v.crtc_id,
					.serial = (uint32_t)v.user_data,
					.when = v.tv_sec * NSEC_PER_SEC +
						v.tv_usec * NSEC_PER_USEC },
				arg);
		}
		at += head.length;
		len -= head.length;
	}
	return 0;
}
