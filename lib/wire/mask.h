/* Hides phone and card numbers and mail addresses in quoted words. */
#ifndef WIRE_MASK_H
#define WIRE_MASK_H

#include <stdbool.h>

#include "base/buf.h"
#include "etiquette.h"

/*
 * Appends text (valid UTF-8) to out. In a run of 5 digits or more every digit but the last two
 * becomes '*'; up to 3 spaces, dashes and brackets may stand between two digits of a run. The local
 * part of a mail address becomes "***". Numbers said in words stay. False when it does not fit.
 */
bool mask_text(struct etq_str text, struct buf *out);

#endif
