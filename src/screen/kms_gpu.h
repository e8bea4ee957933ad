/* Which GPU paints for a card: on boards it is often another device than the one that shows. */
#pragma once

#include "base/macros.h"

#define KMS_GPU_PATH_MAX 64

/*
 * The render node of a GPU for the card @fd with that @driver, "" when there is none: then
 * painting is the processor's, and better done in plain memory.
 */
void kms_gpu_find(int fd, const char *driver, char ret[KMS_GPU_PATH_MAX]);
