/* The types that settings have: how each is read and written. */
#ifndef DAEMON_SETTINGTYPE_H
#define DAEMON_SETTINGTYPE_H

#include "settings.h"

extern const struct setting_type type_address; /* struct address */
extern const struct setting_type type_count;   /* int64_t */
extern const struct setting_type type_size;    /* int64_t, bytes */
extern const struct setting_type type_time;    /* int64_t, ms */
extern const struct setting_type type_choice;  /* int64_t, of the row's choices */
extern const struct setting_type type_text;    /* char *, owned */
extern const struct setting_type type_file;    /* char *, owned: a path, or empty */
extern const struct setting_type type_paths;   /* struct paths, owned */

enum { SETTING_MAX = 1024 }; /* bytes of one value's text */

#endif
