/* placeholder */
#include "app/command.h"
