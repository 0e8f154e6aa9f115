#include "screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "text/utf8.h"

enum { COLUMNS_DEFAULT = 100, COLUMNS_LEAST = 40, COLUMNS_MOST = 160, REPLACEMENT = 0xfffd };

static const char *const paints[PAINTS] = {
	[PAINT_PLAIN] = "\033[0m",          [PAINT_DIM] = "\033[2m",
	[PAINT_BOLD] = "\033[1m",           [PAINT_AGENT] = "\033[1;34m",
	[PAINT_CUSTOMER] = "\033[1;32m",    [PAINT_ADVICE] = "\033[32m",
	[PAINT_STRUCK] = "\033[2;9m",       [PAINT_INFO] = "\033[36m",
	[PAINT_MINOR] = "\033[33m",         [PAINT_MAJOR] = "\033[1;31m",
	[PAINT_CRITICAL] = "\033[1;41;97m",
};

static bool wants_colour(bool terminal)
{
	const char *none = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return terminal && !(none && none[0] != '\0') && term && strcmp(term, "dumb") != 0;
}

void screen_init(struct screen *s, FILE *out, enum colour_when when)
{
	struct winsize size;

	*s = (struct screen){.out = out, .columns = COLUMNS_DEFAULT};
	s->terminal = isatty(fileno(out));
	s->colour = when == COLOUR_ALWAYS || (when == COLOUR_AUTO && wants_colour(s->terminal));
	if (s->terminal && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		s->columns = size.ws_col;
	if (s->columns < COLUMNS_LEAST)
		s->columns = COLUMNS_LEAST;
	if (s->columns > COLUMNS_MOST)
		s->columns = COLUMNS_MOST;
}

const char *screen_paint(const struct screen *s, enum paint paint)
{
	return s->colour ? paints[paint] : "";
}

uint32_t screen_safe(uint32_t cp)
{
	bool control = cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
	bool direction = cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
			 (cp >= 0x2066 && cp <= 0x2069);

	return control || direction ? REPLACEMENT : cp;
}

uint8_t screen_cell(uint32_t cp)
{
	return (uint8_t)utf8proc_charwidth((utf8proc_int32_t)cp);
}

size_t screen_width(struct etq_str text)
{
	size_t width = 0;

	for (size_t i = 0, len; i < text.n; i += len)
		width += screen_cell(screen_safe(utf8_decode(text.p + i, &len)));
	return width;
}

void screen_put(const struct screen *s, struct etq_str text)
{
	for (size_t i = 0, len; i < text.n; i += len) {
		char bytes[4];
		size_t n = utf8_encode(screen_safe(utf8_decode(text.p + i, &len)), bytes);

		fwrite(bytes, 1, n, s->out);
	}
}
