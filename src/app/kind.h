/* What is to be done with an app's folder before it can run. */
#pragma once

enum app_kind {
	APP_PLAIN, /* runs as it is */
	APP_SOURCE, /* has to be built */
	APP_BUILT, /* runs as it is, and says of its files what they have to be */
};

#define BUILD_NAME "build.json"

/* A folder that is no app is a plain one: whoever reads it says what is wrong. */
enum app_kind app_kind(const char *app);
