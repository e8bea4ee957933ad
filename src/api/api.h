/*
 * The runtime's own modules, as declared: script/binding.c makes the JavaScript
 * modules of them, bind/typescript.c the .d.ts, bind/reference.c the reference.
 */
#pragma once

#include "bind/module.h"

extern const struct kiln_module api_app, api_ipc, api_screen, api_window;
/* window.runtime of a page; js/page/bridge.js implements it. */
extern const struct kiln_module api_page;

/* Those of the host script, up to a null. */
extern const struct kiln_module *const api_modules[];
/* The module of that name, "runtime:ipc"; null when there is none. */
const struct kiln_module *api_find(const char *name);
