#include "sheet.h"

#include <endian.h>
#include <string.h>

enum {
	RAISED_ROOM = 64 * 1024,
	HEADS_SHARE = 4, /* one in so many bytes that lines take is taken for their heads at once */
};

bool sheet_init(struct sheet *s, size_t room, size_t max)
{
	*s = (struct sheet){BUF_INIT(max), BUF_INIT(max), BUF_INIT(max)};
	if (buf_reserve(&s->texts, room) && buf_reserve(&s->heads, room / HEADS_SHARE) &&
	    buf_reserve(&s->raised, room < RAISED_ROOM ? room : RAISED_ROOM))
		return true;
	sheet_free(s);
	return false;
}

void sheet_free(struct sheet *s)
{
	buf_free(&s->heads);
	buf_free(&s->texts);
	buf_free(&s->raised);
}

void sheet_clear(struct sheet *s)
{
	buf_clear(&s->heads);
	buf_clear(&s->texts);
	buf_clear(&s->raised);
}

size_t sheet_bytes(const struct sheet *s)
{
	return s->heads.n + s->texts.n + s->raised.n;
}

struct sheet_view sheet_view(const struct sheet *s)
{
	return (struct sheet_view){
		{s->heads.p, s->heads.n}, {s->texts.p, s->texts.n}, {s->raised.p, s->raised.n}};
}

static bool reserve(struct buf *b, size_t n)
{
	bool ok = buf_reserve(b, n);

	b->failed = false;
	return ok;
}

bool sheet_reserve(struct sheet *s, size_t n)
{
	return reserve(&s->heads, SHEET_HEAD) && reserve(&s->texts, n);
}

/* The file may be read on a machine with the other order of bytes. */
static void put_number(struct buf *b, uint64_t n)
{
	n = htole64(n);
	buf_put(b, (const char *)&n, sizeof(n));
}

static void put_size(struct buf *b, size_t size)
{
	uint32_t n = htole32((uint32_t)size);

	buf_put(b, (const char *)&n, sizeof(n));
}

static uint64_t get_number(const char *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return le64toh(n);
}

static uint32_t get_size(const char *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return le32toh(n);
}

bool sheet_add_line(struct sheet *s, const struct sheet_line *line)
{
	if (!sheet_reserve(s, line->text.n))
		return false;
	put_number(&s->heads, line->call);
	put_number(&s->heads, (uint64_t)line->at);
	put_number(&s->heads, (uint64_t)line->ticked);
	put_size(&s->heads, line->text.n);
	if (line->text.n > 0)
		buf_put(&s->texts, line->text.p, line->text.n);
	return true;
}

bool sheet_add_raised(struct sheet *s, uint64_t call, struct etq_str key)
{
	if (!reserve(&s->raised, SHEET_RAISED + key.n))
		return false;
	put_number(&s->raised, call);
	put_size(&s->raised, key.n);
	buf_put(&s->raised, key.p, key.n);
	return true;
}

bool sheet_line(const struct sheet_view *v, struct sheet_place *at, struct sheet_line *line)
{
	if (v->heads.n - at->head < SHEET_HEAD)
		return false;
	const char *p = v->heads.p + at->head;
	size_t n = get_size(p + 24);
	if (v->texts.p && v->texts.n - at->text < n)
		return false;
	*line = (struct sheet_line){
		.call = get_number(p),
		.at = (int64_t)get_number(p + 8),
		.ticked = (int64_t)get_number(p + 16),
		.text = {v->texts.p ? v->texts.p + at->text : NULL, n},
	};
	at->head += SHEET_HEAD;
	at->text += n;
	return true;
}

bool sheet_raised(const struct sheet_view *v, size_t *at, uint64_t *call, struct etq_str *key)
{
	const char *p = v->raised.p + *at;

	if (v->raised.n - *at < SHEET_RAISED)
		return false;
	size_t n = get_size(p + 8);
	if (v->raised.n - *at - SHEET_RAISED < n)
		return false;
	*call = get_number(p);
	*key = (struct etq_str){p + SHEET_RAISED, n};
	*at += SHEET_RAISED + n;
	return true;
}

size_t sheet_text_bytes(const struct sheet_view *v)
{
	const struct sheet_view heads = {.heads = v->heads};
	struct sheet_place at = {0};
	struct sheet_line line;
	struct etq_str key;
	uint64_t call;
	size_t raised = 0;

	while (sheet_line(&heads, &at, &line))
		;
	while (sheet_raised(v, &raised, &call, &key))
		;
	return at.head == v->heads.n && raised == v->raised.n ? at.text : SIZE_MAX;
}
