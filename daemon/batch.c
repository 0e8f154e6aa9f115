#include "batch.h"

#include <string.h>

/* What stands in the bytes before an op's texts. */
struct head {
	uint32_t kind, sizes[OP_TEXTS]; /* sizes: one more than the bytes, 0 when absent */
	int64_t number[OP_NUMBERS];
};

bool batch_init(struct batch *b, size_t room, size_t max)
{
	*b = (struct batch){.ops = BUF_INIT(max)};
	return buf_reserve(&b->ops, room) && sheet_init(&b->sheet, room, max);
}

void batch_free(struct batch *b)
{
	buf_free(&b->ops);
	sheet_free(&b->sheet);
}

void batch_clear(struct batch *b)
{
	buf_clear(&b->ops);
	sheet_clear(&b->sheet);
	b->calls = 0;
}

size_t batch_bytes(const struct batch *b)
{
	return b->ops.n + sheet_bytes(&b->sheet);
}

static bool reserve_op(struct batch *b, size_t n)
{
	bool ok = buf_reserve(&b->ops, sizeof(struct head) + n);

	b->ops.failed = false;
	return ok;
}

bool batch_reserve(struct batch *b, size_t line, size_t id)
{
	return reserve_op(b, id) && sheet_reserve(&b->sheet, line);
}

bool batch_add(struct batch *b, const struct op *op, struct etq_str key)
{
	struct head head = {.kind = (uint32_t)op->kind};
	size_t n = 0;

	for (size_t i = 0; i < OP_TEXTS; i++) {
		head.sizes[i] = op->text[i].p ? (uint32_t)op->text[i].n + 1 : 0;
		n += op->text[i].p ? op->text[i].n : 0;
	}
	if (!reserve_op(b, n))
		return false;
	if (op->kind == OP_EVENT && op->number[EVENT_OF] > 0 &&
	    !sheet_add_raised(&b->sheet, (uint64_t)op->number[EVENT_OF], key))
		return false;
	memcpy(head.number, op->number, sizeof(head.number));
	buf_put(&b->ops, (const char *)&head, sizeof(head));
	for (size_t i = 0; i < OP_TEXTS; i++) {
		if (op->text[i].p && op->text[i].n > 0)
			buf_put(&b->ops, op->text[i].p, op->text[i].n);
	}
	b->calls += op->kind == OP_CALL;
	return true;
}

bool batch_next(const struct batch *b, size_t *at, struct op *op)
{
	struct head head;

	if (*at >= b->ops.n)
		return false;
	memcpy(&head, b->ops.p + *at, sizeof(head));
	*at += sizeof(head);
	op->kind = (enum op_kind)head.kind;
	memcpy(op->number, head.number, sizeof(head.number));
	for (size_t i = 0; i < OP_TEXTS; i++) {
		size_t n = head.sizes[i] ? head.sizes[i] - 1 : 0;

		op->text[i] = (struct etq_str){head.sizes[i] ? b->ops.p + *at : NULL, n};
		*at += n;
	}
	return true;
}
