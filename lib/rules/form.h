/* The forms of a rule, each in its file: what a rule of it says, from YAML. */
#ifndef RULES_FORM_H
#define RULES_FORM_H

#include "rules/loader.h"

/* What the rest of the rule needs to know of its form. */
struct form_info {
	bool has_side;
	enum etq_side side; /* of its first signal, or of its limit */
};

/* Each fills the rule's union and info from the value of its key; complains on its own. */
void forbid_read(struct loader *ld, const struct node *value, struct rule *rule,
		 struct form_info *info);
void expect_read(struct loader *ld, const struct node *value, struct rule *rule,
		 struct form_info *info);
void limit_read(struct loader *ld, const struct node *value, struct rule *rule,
		struct form_info *info);
void sequence_read(struct loader *ld, const struct node *value, struct rule *rule,
		   struct form_info *info);

/* The same for an exception; what is the text of its key. */
bool limit_make(struct loader *ld, const struct node *value, struct limit *out) ETQ_MUST_CHECK;
bool sequence_make(struct loader *ld, const struct node *value,
		   struct sequence *out) ETQ_MUST_CHECK;

#endif
