#include "text/letter.h"

#include <utf8proc.h>

#define CELLS(from, to, kind_, delta_) [(from)...(to)] = {.kind = LETTER_##kind_, .delta = (delta_)}
#define CELL(at, kind_, delta_)        [(at)] = {.kind = LETTER_##kind_, .delta = (delta_)}

/* clang-format off */
const struct letter_cell letter_cells[LETTER_CELLS] = {
	CELL('#', MASK, 0), CELL('$', MASK, 0), CELL('*', MASK, 0), CELL('@', MASK, 0),
	CELLS('0', '9', DIGIT, 0),
	CELLS('A', 'Z', LATIN, 32), CELLS('a', 'z', LATIN, 0),
	CELL('[', OPEN, 0), CELL(']', CLOSE, 0),
	/* Latin-1: ª, soft hyphen, ² ³, µ, ¹, º, ¼ ½ ¾, letters but for × and ÷ */
	CELL(0xaa, SLOW, 0), CELL(0xad, SKIP, 0), CELLS(0xb2, 0xb3, SLOW, 0), CELL(0xb5, SLOW, 0),
	CELLS(0xb9, 0xba, SLOW, 0), CELLS(0xbc, 0xbe, SLOW, 0),
	CELLS(0xc0, 0xd6, LATIN, 32), CELLS(0xd8, 0xde, LATIN, 32),
	CELLS(0xdf, 0xf6, LATIN, 0), CELLS(0xf8, 0xff, LATIN, 0),
	/* Latin Extended-A */
	CELLS(0x100, 0x12f, LATIN, LETTER_DELTA_EVEN), CELLS(0x130, 0x131, SLOW, 0),
	CELLS(0x132, 0x137, SLOW, 0), CELL(0x138, LATIN, 0),
	CELLS(0x139, 0x148, LATIN, LETTER_DELTA_ODD), CELL(0x149, SLOW, 0),
	CELLS(0x14a, 0x177, LATIN, LETTER_DELTA_EVEN), CELL(0x178, LATIN, -121),
	CELLS(0x179, 0x17e, LATIN, LETTER_DELTA_ODD), CELL(0x17f, SLOW, 0),
	/* Latin Extended-B and IPA; then modifier letters, apostrophes among them: separators */
	CELLS(0x180, 0x2af, SLOW, 0),
	CELLS(0x300, 0x34e, MARK, 0), CELL(0x34f, SKIP, 0), CELLS(0x350, 0x36f, MARK, 0),
	CELLS(0x370, 0x3ff, SLOW, 0),
	/* Cyrillic: ѐ ё and their capitals become е, ѝ becomes и */
	CELLS(0x400, 0x401, SLOW, 0), CELLS(0x402, 0x40c, CYRILLIC, 80), CELL(0x40d, SLOW, 0),
	CELLS(0x40e, 0x40f, CYRILLIC, 80), CELLS(0x410, 0x42f, CYRILLIC, 32),
	CELLS(0x430, 0x44f, CYRILLIC, 0),
	CELL(0x450, CYRILLIC, 0x435 - 0x450), CELL(0x451, CYRILLIC, 0x435 - 0x451),
	CELLS(0x452, 0x45c, CYRILLIC, 0), CELL(0x45d, CYRILLIC, 0x438 - 0x45d),
	CELLS(0x45e, 0x45f, CYRILLIC, 0), CELLS(0x460, 0x481, CYRILLIC, LETTER_DELTA_EVEN),
	CELLS(0x483, 0x489, MARK, 0), CELLS(0x48a, 0x4bf, CYRILLIC, LETTER_DELTA_EVEN),
	CELL(0x4c0, CYRILLIC, 15), CELLS(0x4c1, 0x4ce, CYRILLIC, LETTER_DELTA_ODD),
	CELL(0x4cf, CYRILLIC, 0), CELLS(0x4d0, 0x52f, CYRILLIC, LETTER_DELTA_EVEN),
};

/* Letters that can't be told apart by the eye, as small or as capital letters. */
static const struct {
	uint16_t latin, cyrillic;
} look_alikes[] = {
	{'a', 0x430}, {'b', 0x432}, {'c', 0x441}, {'e', 0x435}, {'h', 0x43d}, {'k', 0x43a},
	{'m', 0x43c}, {'o', 0x43e}, {'p', 0x440}, {'t', 0x442}, {'x', 0x445}, {'y', 0x443},
	/* with a stress mark */
	{0xe0, 0x430}, {0xe1, 0x430}, {0xe8, 0x435}, {0xe9, 0x435}, {0xeb, 0x435},
	{0xf2, 0x43e}, {0xf3, 0x43e}, {0xfd, 0x443},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

uint32_t letter_to_cyrillic(uint32_t latin)
{
	for (size_t i = 0; i < COUNT(look_alikes); i++)
		if (look_alikes[i].latin == latin)
			return look_alikes[i].cyrillic;
	return 0;
}

uint32_t letter_to_latin(uint32_t cyrillic)
{
	for (size_t i = 0; i < COUNT(look_alikes); i++)
		if (look_alikes[i].cyrillic == cyrillic)
			return look_alikes[i].latin;
	return 0;
}

static enum letter_kind kind_of(uint32_t cp)
{
	if ((cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef))
		return LETTER_SKIP; /* variation selectors are marks, but of emoji mostly */
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
		return LETTER_OTHER;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return LETTER_MARK;
	case UTF8PROC_CATEGORY_NO:
		return LETTER_DIGIT; /* if it turns out to be one */
	case UTF8PROC_CATEGORY_CF:
		return LETTER_SKIP;
	default:
		return LETTER_SEPARATOR;
	}
}

/* The small letter, by the table where it knows. */
static enum letter_kind lower(uint32_t cp, uint32_t *out)
{
	if (cp == 0x400 || cp == 0x401)
		cp = 0x435;
	else if (cp == 0x40d)
		cp = 0x438;
	else
		cp = (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
	*out = cp;
	if (cp >= LETTER_CELLS)
		return LETTER_OTHER;
	if (letter_cells[cp].kind == LETTER_SLOW)
		return cp < 0x370 ? LETTER_LATIN : LETTER_OTHER;
	if (letter_cells[cp].kind > LETTER_DIGIT)
		return LETTER_SEPARATOR;
	*out = cp + (uint32_t)(letter_cells[cp].delta < 0 ? letter_cells[cp].delta : 0);
	return (enum letter_kind)letter_cells[cp].kind;
}

/* Forms made for looks (full-width, ligatures, superscripts) are taken apart, if into few. */
static size_t take_apart(uint32_t cp, utf8proc_int32_t parts[LETTER_OUT_MAX])
{
	int last_class = 0;
	utf8proc_ssize_t n;

	parts[0] = (utf8proc_int32_t)cp;
	if (utf8proc_get_property((utf8proc_int32_t)cp)->decomp_type == 0)
		return 1;
	n = utf8proc_decompose_char((utf8proc_int32_t)cp, parts, LETTER_OUT_MAX,
				    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last_class);
	if (n < 1 || n > LETTER_OUT_MAX) {
		parts[0] = (utf8proc_int32_t)cp;
		return 1;
	}
	return (size_t)n;
}

enum letter_kind letter_slow(uint32_t cp, uint32_t out[LETTER_OUT_MAX], size_t *n)
{
	enum letter_kind kind = kind_of(cp), first = LETTER_SEPARATOR;
	utf8proc_int32_t parts[LETTER_OUT_MAX];
	size_t nparts;

	*n = 0;
	if (kind != LETTER_OTHER && kind != LETTER_DIGIT)
		return kind;
	nparts = take_apart(cp, parts);
	for (size_t i = 0; i < nparts; i++) {
		enum letter_kind k = kind_of((uint32_t)parts[i]);

		if (k == LETTER_MARK)
			continue;
		k = k == LETTER_OTHER ? lower((uint32_t)parts[i], &out[*n]) : LETTER_SEPARATOR;
		if (k == LETTER_SEPARATOR || (kind == LETTER_DIGIT && k != LETTER_DIGIT))
			return LETTER_SEPARATOR;
		if (*n == 0)
			first = k;
		++*n;
	}
	return first;
}

uint32_t letter_compose(uint32_t base, uint32_t mark)
{
	utf8proc_int32_t pair[2] = {(utf8proc_int32_t)base, (utf8proc_int32_t)mark};

	if (utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE) != 1)
		return 0;
	return (uint32_t)pair[0];
}
