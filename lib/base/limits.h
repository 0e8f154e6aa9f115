/* The maxima of the library's own; those that users see are at the end of etiquette.h. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
	ARENA_BLOCK_MIN = 4 * 1024,   /* bytes of an arena's first block; later ones double … */
	ARENA_BLOCK_MAX = 256 * 1024, /* … up to this */

	NEAREST_MAX = 64, /* code points of a name that a suggestion is looked for */

	PHRASE_MAX = 1000,              /* bytes of one phrase */
	PHRASE_GAP_MAX = 20,            /* words that `..N` may skip */
	PHRASE_DEPTH_MAX = 16,          /* groups within groups */
	PHRASE_VALUES_MAX = 16,         /* `{…}` in one phrase */
	PHRASE_CHOICES_MAX = 1000,      /* choices within choices when it is looked for */
	PHRASE_ARENA_MAX = 1024 * 1024, /* bytes that working on one phrase may take */

	CAPTURE_COMPANY_WORDS = 4, /* words of a company's name that a phrase may take */

	LITERAL_MAX = 12,   /* letters of a required literal that are looked for */
	LITERALS_MAX = 256, /* required literals of one phrase */
	WORD_FORMS_MIN = 4, /* letters: shorter words have no forms */
	STEM_LONG = 5,     /* letters: from here on a stem stands for all that begins with it … */
	STEM_TAIL_MAX = 6, /* … and goes on for so many letters at most */

	JIT_RESERVE = 256 * 1024, /* bytes that let PCRE2's JIT compiler end when memory runs out */
	JIT_STACK_MIN = 32 * 1024,
	JIT_STACK_MAX = 512 * 1024,
};

#endif
