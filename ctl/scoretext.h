/* A call's score as people read it. */
#ifndef CTL_SCORETEXT_H
#define CTL_SCORETEXT_H

#include "screen.h"

/* "score 78 of 100: −22, 3 findings (1 major, 2 minor), 1 on trial", without an end of line. */
void scoretext_head(const struct screen *s, const struct etq_score *score);
/* Lines under it, indented: what cost how much; who spoke how much. */
void scoretext_details(const struct screen *s, const struct etq_score *score, int indent);

/* "(1 critical, 2 minor)" of counts by severity; nothing when all are 0. */
void scoretext_severities(FILE *out, const size_t by_severity[ETQ_SEVERITIES]);

#endif
