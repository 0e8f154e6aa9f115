#include "rules/loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"

enum { MESSAGE_MAX = 600 };

size_t loader_cut(const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
		n--;
	return n > 0 ? n - 1 : 0;
}

/* Phrases that several sets share are looked at for each. */
static bool is_told(const struct loader *ld, const struct source *source, struct place place,
		    const char *message)
{
	for (size_t i = ld->first_diag; i < ld->diags->n; i++) {
		const struct etq_diag *d = &ld->diags->v[i];

		if (d->line == place.line && d->col == place.col &&
		    strcmp(d->file, source->name) == 0 && strcmp(d->message, message) == 0)
			return true;
	}
	return false;
}

static void complain(struct loader *ld, enum etq_diag_level level, const struct source *source,
		     size_t at, char *message)
{
	struct place place = source_place(source, at);
	size_t n = strlen(message);

	if (is_told(ld, source, place, message))
		return;
	if (ld->diags->n - ld->first_diag >= DIAGS_MAX) {
		ld->too_many++;
		ld->diags->errors += level == ETQ_DIAG_ERROR;
		return;
	}
	if (n == MESSAGE_MAX - 1)
		message[loader_cut(message, n)] = '\0';
	diag_add(ld->diags, level, source->name, source->text, place.line, place.col, "%s",
		 message);
}

void loader_complain(struct loader *ld, enum etq_diag_level level, const struct source *source,
		     size_t at, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	complain(ld, level, source, at, message);
}

void loader_error(struct loader *ld, const struct node *at, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	complain(ld, ETQ_DIAG_ERROR, at->source, at->at, message);
}

void loader_warning(struct loader *ld, const struct node *at, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	complain(ld, ETQ_DIAG_WARNING, at->source, at->at, message);
}

static void *noted(struct loader *ld, void *p)
{
	if (!p)
		ld->out_of_memory = true;
	return p;
}

void *loader_alloc(struct loader *ld, size_t n, size_t size)
{
	return noted(ld, arena_array(ld->arena, n ? n : 1, size));
}

void *loader_scratch(struct loader *ld, size_t n, size_t size)
{
	return noted(ld, arena_array(ld->scratch, n ? n : 1, size));
}

struct etq_str loader_dup(struct loader *ld, struct etq_str text)
{
	struct etq_str copy = arena_dup(ld->arena, text);

	noted(ld, (void *)(uintptr_t)copy.p);
	return copy.p ? copy : SV("");
}

bool loader_grow(struct loader *ld, void **v, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *p;

	if (n < *cap)
		return true;
	p = loader_scratch(ld, more, size);
	if (!p)
		return false;
	if (n > 0)
		memcpy(p, *v, n * size);
	*v = p;
	*cap = more;
	return true;
}

bool loader_failed(const struct loader *ld)
{
	return ld->out_of_memory || ld->diags->errors > 0;
}
