#include "wire/printable.h"

#include <stdbool.h>
#include <stdint.h>

#include "text/utf8.h"

static bool is_line_end(uint32_t cp)
{
	return (cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

size_t printable_put(struct etq_str s, size_t i, struct buf *out)
{
	size_t len;
	uint32_t cp = utf8_decode(s.p + i, &len);

	if (is_line_end(cp))
		buf_putc(out, ' ');
	else if (is_control(cp))
		buf_puts(out, "\xef\xbf\xbd");
	else
		buf_put(out, s.p + i, len);
	return len;
}

void printable_text(struct etq_str s, struct buf *out)
{
	for (size_t i = 0; i < s.n;)
		i += printable_put(s, i, out);
}
