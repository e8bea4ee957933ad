/* The parts of a module's reference page that its declaration gives, in Markdown. */
#pragma once

#include <stdio.h>

#include "bind/module.h"

/* A section for each function; those of a class follow, under its name. */
void reference_functions(FILE *out, const struct kiln_module *module);
/* A table of the events with their payloads. */
void reference_events(FILE *out, const struct kiln_module *module);
