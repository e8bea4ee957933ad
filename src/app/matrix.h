/*
 * What the manifest's grants come to, for people: by window, channel and
 * direction, with the rule that took away what is missing. All of it is asked of
 * the same caps.h that decides at run time.
 */
#pragma once

#include <stdio.h>

struct manifest;

void matrix_print(const struct manifest *m, FILE *out);
/* One line for each rule that is wider than is wise, or that never does anything. */
void matrix_warn(const struct manifest *m, const char *app, FILE *out);
