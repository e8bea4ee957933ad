#include "screen/kms_gpu.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <virtgpu_drm.h>
#include <xf86drm.h>

#define LOG_TAG "screen"
#include "base/log.h"

#define DEVICES_MAX 16

/* Has a render node with and without a GPU behind it. */
static bool virtio_paints(int fd)
{
	int value = 0;
	struct drm_virtgpu_getparam get = {
		.param = VIRTGPU_PARAM_3D_FEATURES,
		.value = (uintptr_t)&value,
	};

	return drmIoctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &get) == 0 && value;
}

static bool is_for_software(void)
{
	const char *always = getenv("LIBGL_ALWAYS_SOFTWARE");

	return always && strcmp(always, "0") != 0 && strcmp(always, "false") != 0;
}

/* The first of a device that only renders: what shows and what paints are apart on many SoCs. */
static void find_apart(char ret[KMS_GPU_PATH_MAX])
{
	drmDevice *devices[DEVICES_MAX];
	int n = drmGetDevices2(0, devices, DEVICES_MAX);

	for (int i = 0; i < n && !ret[0]; i++) {
		if (devices[i]->available_nodes & 1 << DRM_NODE_RENDER &&
			devices[i]->bustype != DRM_BUS_PCI)
			snprintf(ret, KMS_GPU_PATH_MAX, "%s", devices[i]->nodes[DRM_NODE_RENDER]);
	}
	if (n > 0)
		drmFreeDevices(devices, n);
}

void kms_gpu_find(int fd, const char *driver, char ret[KMS_GPU_PATH_MAX])
{
	char *own;

	ret[0] = '\0';
	if (is_for_software() || (strcmp(driver, "virtio_gpu") == 0 && !virtio_paints(fd)))
		return;
	own = drmGetRenderDeviceNameFromFd(fd);
	if (own)
		snprintf(ret, KMS_GPU_PATH_MAX, "%s", own);
	else
		find_apart(ret);
	free(own);
	if (!ret[0] || access(ret, R_OK | W_OK) == 0)
		return;
	log_warn("%s cannot be used, the processor paints: %s; the user has to be in its group "
		 "(render)",
		ret, strerror(errno));
	ret[0] = '\0';
}
