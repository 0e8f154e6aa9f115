/* What a pack sets for all its rules: waits, acknowledgements, interruptions, the company's name. */
#ifndef RULES_SETTING_H
#define RULES_SETTING_H

#include "rules/loader.h"

/* Reads the merged settings into ld->out. */
void settings_read(struct loader *ld);

#endif
