/* The configuration file: YAML, a group of settings a mapping. */
#ifndef DAEMON_CONFIGFILE_H
#define DAEMON_CONFIGFILE_H

#include "settings.h"

enum { CONFIGFILE_MAX = 1024 * 1024 }; /* bytes of a file */

/*
 * Lays the file over s. Says all that is wrong with it in diags, places included; false when
 * anything is, and s may then hold some of it.
 */
bool configfile_load(const char *path, struct config *s, struct etq_diags *diags) ETQ_MUST_CHECK;
/* The same for a text; name: what messages call it. */
bool configfile_read(const char *name, struct etq_str text, struct config *s,
		     struct etq_diags *diags) ETQ_MUST_CHECK;

#endif
