/* The text format: what its lines become, where they are wrong, and writing it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/sv.h"
#include "wire/native.h"
#include "wire/textcall.h"

enum { FILE_MAX = 256 * 1024 };

static void put_inputs(const struct textcall_inputs *inputs, struct buf *out)
{
	for (size_t i = 0; i < inputs->n; i++)
		assert_true(native_encode(&inputs->v[i], out));
}

/* A file as native messages; wrong lines as "LINE:COL: code: message". */
static char *convert(const char *file, struct buf *out)
{
	struct textcall *t = textcall_new();
	struct textcall_inputs inputs;
	struct etq_err err;
	int number = 0, col;

	assert_non_null(t);
	buf_clear(out);
	assert_true(buf_puts(out, ""));
	while (*file) {
		size_t n = strcspn(file, "\n");

		number++;
		if (textcall_line(t, (struct etq_str){file, n}, &inputs, &err, &col)) {
			put_inputs(&inputs, out);
		} else {
			assert_int_equal(inputs.n, 0);
			buf_printf(out, "%d:%d: %s: %s\n", number, col, err.code, err.message);
		}
		file += n + (file[n] == '\n');
	}
	textcall_finish(t, &inputs);
	put_inputs(&inputs, out);
	textcall_free(t);
	return out->p;
}

#define SAY(call, id, t, end, by, text)                                             \
	"{\"type\":\"utterance\",\"call\":\"" call "\",\"id\":\"" id "\",\"t\":" #t \
	",\"end\":" #end ",\"by\":\"" by "\",\"text\":\"" text "\",\"final\":true}\n"
#define PARTIAL(call, id, t, end, by, text)                                         \
	"{\"type\":\"utterance\",\"call\":\"" call "\",\"id\":\"" id "\",\"t\":" #t \
	",\"end\":" #end ",\"by\":\"" by "\",\"text\":\"" text "\",\"final\":false}\n"
#define START(call, meta)   "{\"type\":\"call.start\",\"call\":\"" call "\",\"t\":0" meta "}\n"
#define HOLD(call, what, t) "{\"type\":\"hold." what "\",\"call\":\"" call "\",\"t\":" #t "}\n"
#define END(call, t, by) \
	"{\"type\":\"call.end\",\"call\":\"" call "\",\"t\":" #t ",\"by\":\"" by "\"}\n"

static const struct {
	const char *file, *lines;
} files[] = {
	{"", ""},
	{"\n  \t\n# a comment\n   # another\n\r\n", ""},
	/* one after the other: 400 ms a word, 300 ms between */
	{"agent: Добрый день\ncustomer: Здравствуйте\nbot:  раз  два\tтри \r\nunknown: х",
	 SAY("c1", "u1", 0, 800, "agent", "Добрый день")
		 SAY("c1", "u2", 1100, 1500, "customer", "Здравствуйте")
			 SAY("c1", "u3", 1800, 3000, "bot", "раз  два\\tтри")
				 SAY("c1", "u4", 3300, 3700, "unknown", "х")},
	{"оператор: а\nклиент: б\nбот: в\nОператор: г\nAgent: д",
	 SAY("c1", "u1", 0, 400, "agent", "а") SAY("c1", "u2", 700, 1100, "customer", "б")
		 SAY("c1", "u3", 1400, 1800, "bot", "в") SAY("c1", "u4", 2100, 2500, "agent", "г")
			 SAY("c1", "u5", 2800, 3200, "agent", "д")},
	/* colons and brackets in what is said; nothing said */
	{"agent: в 10:30 [смеётся] ~ да\nagent:\nagent: ",
	 SAY("c1", "u1", 0, 2000, "agent", "в 10:30 [смеётся] ~ да")
		 SAY("c1", "u2", 2300, 2700, "agent", "") SAY("c1", "u3", 3000, 3400, "agent", "")},
	/* times */
	{"@12.5 agent: а\n@1:02.5-64 customer: б\nagent: в\n@1:02:03.25 agent: г\n@5 customer: д\nagent: е",
	 SAY("c1", "u1", 12500, 12900, "agent", "а") SAY("c1", "u2", 62500, 64000, "customer", "б")
		 SAY("c1", "u3", 64300, 64700, "agent", "в")
			 SAY("c1", "u4", 3723250, 3723650, "agent", "г")
				 SAY("c1", "u5", 5000, 5400, "customer", "д")
					 SAY("c1", "u6", 3723950, 3724350, "agent", "е")},
	{"@1 agent: а\n@2147482-2147483.647 agent: б",
	 SAY("c1", "u1", 1000, 1400, "agent", "а")
		 SAY("c1", "u2", 2147482000, 2147483647, "agent", "б")},
	{"@0.0009 agent: а\n@2147482.999 agent: б",
	 SAY("c1", "u1", 0, 400, "agent", "а")
		 SAY("c1", "u2", 2147482999, 2147483399, "agent", "б")},
	/* partials */
	{"agent~: Добрый\nagent~: Добрый день\ncustomer: Алло\nagent: Добрый день, Ирина\nagent: Да",
	 PARTIAL("c1", "u1", 0, 400, "agent", "Добрый")
		 PARTIAL("c1", "u1", 0, 800, "agent", "Добрый день")
			 SAY("c1", "u2", 1100, 1500, "customer", "Алло")
				 SAY("c1", "u1", 0, 1200, "agent", "Добрый день, Ирина")
					 SAY("c1", "u3", 1800, 2200, "agent", "Да")},
	{"@3 customer~: а\n@3.5-5 customer: а б\ncustomer~: в",
	 PARTIAL("c1", "u1", 3000, 3400, "customer", "а")
		 SAY("c1", "u1", 3500, 5000, "customer", "а б")
			 PARTIAL("c1", "u2", 5300, 5700, "customer", "в")},
	/* holds and silence */
	{"agent: а\n[hold 40s]\nagent: б\n[silence 12s]\ncustomer: в\n[hold start]\n[silence 1m]\n[hold end]\nagent: г",
	 SAY("c1", "u1", 0, 400, "agent", "а") HOLD("c1", "start", 400) HOLD("c1", "end", 40400)
		 SAY("c1", "u2", 40700, 41100, "agent",
		     "б") SAY("c1", "u3", 53100, 53500, "customer", "в") HOLD("c1", "start", 53500)
			 HOLD("c1", "end", 113500) SAY("c1", "u4", 113800, 114200, "agent", "г")},
	{"@3 [hold 1.5s]\n@10 [hold start]\n@20 [silence 500ms]\nagent: а",
	 HOLD("c1", "start", 3000) HOLD("c1", "end", 4500) HOLD("c1", "start", 10000)
		 SAY("c1", "u1", 20500, 20900, "agent", "а")},
	/* ends */
	{"agent: а\n[end by agent]", SAY("c1", "u1", 0, 400, "agent", "а") END("c1", 400, "agent")},
	{"[end]", END("c1", 0, "system")},
	{"[ end  by  customer ]", END("c1", 0, "customer")},
	{"@7 [end by system]", END("c1", 7000, "system")},
	{"@5 agent: а\n[end]\n@2 agent: поздно",
	 SAY("c1", "u1", 5000, 5400, "agent", "а") END("c1", 5400, "system")
		 SAY("c1", "u2", 2000, 2400, "agent", "поздно")},
	/* calls */
	{"[call]", START("c1", "")},
	{"[call queue=sales company=\"Северный склад\" direction=inbound agent=\"Ирина\" "
	 "customer=\"Иван Петров\" lang=ru id=k7 rings=2 agent_id=a7 customer_id=p5 "
	 "started_at=2026-11-23T12:00:00+03:00 ring=6s]\nagent: а",
	 START("k7", ",\"started_at\":\"2026-11-23T09:00:00.000Z\",\"direction\":\"inbound\","
		     "\"rings\":2,\"ring_ms\":6000,\"agent\":{\"id\":\"a7\",\"name\":\"Ирина\"},"
		     "\"customer\":{\"id\":\"p5\",\"name\":\"Иван Петров\"},\"queue\":\"sales\","
		     "\"company\":\"Северный склад\",\"lang\":\"ru\"")
		 SAY("k7", "u1", 0, 400, "agent", "а")},
	{"[call company=\"ООО \\\"Лес\\\" \\\\ \\n\"][call\nagent: а",
	 "1:35: bad-text-call: nothing may stand behind the ]\n" SAY("c1", "u1", 0, 400, "agent",
								     "а")},
	{"[call company=\"ООО \\\"Лес\\\" \\\\ \\n\" queue=\"\"]",
	 START("c1", ",\"company\":\"ООО \\\"Лес\\\" \\\\ \\\\n\"")},
	{"[ring 2]\n[ring 6s]\n[call queue=sales]\nagent: а",
	 START("c1", ",\"rings\":2,\"ring_ms\":6000,\"queue\":\"sales\"")
		 SAY("c1", "u1", 0, 400, "agent", "а")},
	{"[call id=a]\n[ring 0]\n[hold 1s]",
	 START("a", ",\"rings\":0") HOLD("a", "start", 0) HOLD("a", "end", 1000)},
	{"agent: а\n[call queue=vip]\n@5 [call id=c1 lang=en]\nagent: б",
	 SAY("c1", "u1", 0, 400, "agent",
	     "а") "{\"type\":\"call.update\",\"call\":\"c1\",\"t\":400,\"queue\":\"vip\"}\n"
		  "{\"type\":\"call.update\",\"call\":\"c1\",\"t\":5000,\"lang\":\"en\"}\n" SAY(
			  "c1", "u2", 5300, 5700, "agent", "б")},
	{"agent~: а\n[end]\n[call]\nagent: б\n[end]\n[call id=z]\n[end by agent]\n[ring 1]",
	 PARTIAL("c1", "u1", 0, 400, "agent", "а") END("c1", 400, "system") START("c2", "")
		 SAY("c2", "u1", 0, 400, "agent", "б") END("c2", 400, "system") START("z", "")
			 END("z", 0, "agent") START("c4", ",\"rings\":1")},
	{"\xef\xbb\xbf"
	 "agent: а",
	 SAY("c1", "u1", 0, 400, "agent", "а")},
};

static void test_files(void **state)
{
	struct buf out = BUF_INIT(FILE_MAX);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_string_equal(convert(files[i].file, &out), files[i].lines);
	buf_free(&out);
}

#define SPEAKER "who speaks? agent, customer, bot or unknown stands before the colon"
#define KEYS                                                                                  \
	"one of these is expected: id, started_at, direction, rings, ring, agent, agent_id, " \
	"customer, customer_id, queue, company, lang"

/* One line each, and what is said of it. */
static const struct {
	const char *line, *error;
} errors[] = {
	{"Добрый день", "1:1: \"agent: …\", \"customer: …\" or \"[…]\" is expected"},
	{"  agent Добрый", "1:3: \"agent: …\", \"customer: …\" or \"[…]\" is expected"},
	{"agent~ Добрый", "1:1: \"agent: …\", \"customer: …\" or \"[…]\" is expected"},
	{"agnet: Добрый", "1:1: who speaks? Did you mean \"agent:\"?"},
	{"@1 клент: да", "1:4: who speaks? Did you mean \"клиент:\"?"},
	{"Ирина Петровна: да", "1:1: " SPEAKER},
	{": да", "1:1: " SPEAKER},
	{"agent : да", "1:1: who speaks? Did you mean \"agent:\"?"},
	{"@ agent: да", "1:2: a time is expected: 12.5 or 1:02.5"},
	{"@-5 agent: да", "1:2: a time is expected: 12.5 or 1:02.5"},
	{"@1: agent: да", "1:2: not a time: write 12.5 or 1:02.5"},
	{"@1:60 agent: да", "1:2: not a time: write 12.5 or 1:02.5"},
	{"@1. agent: да", "1:2: not a time: write 12.5 or 1:02.5"},
	{"@1:2:3:4 agent: да", "1:7: a blank is expected behind the time"},
	{"@12.5agent: да", "1:6: a blank is expected behind the time"},
	{"@12.5- agent: да", "1:7: a time is expected: 12.5 or 1:02.5"},
	{"@12.5-12 agent: да", "1:7: it ends before it begins"},
	{"@2147483.648 agent: да", "1:2: a call may last 24 days at most"},
	{"@2147484 agent: да", "1:2: a call may last 24 days at most"},
	{"@2147483.5 agent: да", "1:12: a call may last 24 days at most"},
	{"@99999999999 agent: да", "1:2: a time is expected: 12.5 or 1:02.5"},
	{"@2147482.999 agent: раз два", "1:14: a call may last 24 days at most"},
	{"@12.5", "1:6: \"agent: …\", \"customer: …\" or \"[…]\" is expected"},
	{"[", "1:2: call, ring, hold, silence or end is expected"},
	{"[]", "1:2: call, ring, hold, silence or end is expected"},
	{"[holt 40s]", "1:2: no such line: did you mean [hold …]?"},
	{"[удержание 40s]", "1:2: call, ring, hold, silence or end is expected"},
	{"[hold]", "1:6: a time with its unit is expected: 300ms, 12s or 2m"},
	{"[hold 40]", "1:7: a time needs a unit: 300ms, 12s or 2m"},
	{"[hold 40h]", "1:7: a time needs a unit: 300ms, 12s or 2m"},
	{"[hold 40 s]", "1:7: a time needs a unit: 300ms, 12s or 2m"},
	{"[hold -4s]", "1:7: a time with its unit is expected: 300ms, 12s or 2m"},
	{"[hold 4.s]", "1:7: a time with its unit is expected: 300ms, 12s or 2m"},
	{"[hold begin]", "1:7: write [hold 40s], [hold start] or [hold end]"},
	{"[hold 40s", "1:10: ] is expected"},
	{"[hold 40s] да", "1:12: nothing may stand behind the ]"},
	{"[hold 2147484s]", "1:7: a call may last 24 days at most"},
	{"@2147482 [hold 2000s]", "1:10: a call may last 24 days at most"},
	{"@1-2 [hold start]", "1:1: only what is said has an end: write @12.5 […]"},
	{"[silence]", "1:9: a time with its unit is expected: 300ms, 12s or 2m"},
	{"[silence 12]", "1:10: a time needs a unit: 300ms, 12s or 2m"},
	{"@1-2 [silence 1s]", "1:1: only what is said has an end: write @12.5 […]"},
	{"@2147482 [silence 2000s]", "1:10: a call may last 24 days at most"},
	{"[end agent]", "1:6: write [end] or [end by agent]"},
	{"[end by]", "1:8: a call is ended by agent, customer or system"},
	{"[end by bot]", "1:9: a call is ended by agent, customer or system"},
	{"[end by оператор]", "1:9: a call is ended by agent, customer or system"},
	{"@1-2 [end]", "1:1: only what is said has an end: write @12.5 […]"},
	{"[ring]", "1:6: a time with its unit is expected: 300ms, 12s or 2m"},
	{"[ring 1.5]", "1:7: a time needs a unit: 300ms, 12s or 2m"},
	{"[ring 1001]", "1:1: it rings 1000 times at most"},
	{"@1 [ring 2]", "1:4: [ring …] stands before anything else of a call but [call …]"},
	{"[call queue]", "1:12: = is missing behind queue"},
	{"[call queue=]", "1:13: a value is missing behind ="},
	{"[call queue=\"sales]", "1:13: the closing quote is missing"},
	{"[call qeue=sales]", "1:7: \"qeue\" is not known here: did you mean \"queue\"?"},
	{"[call очередь=sales]", "1:7: " KEYS},
	{"[call direction=in]", "1:17: direction is inbound or outbound"},
	{"[call rings=6s]", "1:13: rings is a number from 0 to 1000"},
	{"[call rings=1001]", "1:13: rings is a number from 0 to 1000"},
	{"[call rings=two]", "1:13: a time with its unit is expected: 300ms, 12s or 2m"},
	{"[call ring=6]", "1:12: a time needs a unit: 300ms, 12s or 2m"},
	{"[call started_at=today]",
	 "1:18: a time with a zone is expected, as 2026-11-23T09:00:00Z"},
	{"[call lang=ru", "1:14: ] is expected"},
	{"@5 [call lang=ru]", "1:1: a call begins at 0"},
};

static void test_errors(void **state)
{
	struct buf out = BUF_INIT(FILE_MAX);

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const char *got = convert(errors[i].line, &out);
		const char *message = strstr(got, "bad-text-call: ");
		struct buf brief = BUF_INIT(512);

		if (!message)
			fail_msg("%s\n%s", errors[i].line, got);
		buf_put(&brief, got, (size_t)(message - got));
		buf_puts(&brief, message + strlen("bad-text-call: "));
		brief.p[--brief.n] = '\0';
		assert_string_equal(brief.p, errors[i].error);
		buf_free(&brief);
	}
	buf_free(&out);
}

static void test_errors_in_context(void **state)
{
	struct buf out = BUF_INIT(FILE_MAX);

	assert_string_equal(
		convert("agent: а\n[ring 2]\n[call id=x]\n[end]\nagent: б\n[hold 1s]\n[end]\n[silence 1s]",
			&out),
		SAY("c1", "u1", 0, 400, "agent",
		    "а") "2:1: bad-text-call: [ring …] stands before anything else of a call but [call …]\n"
			 "3:1: bad-text-call: the call has another id: [end] must come before the next call\n" END(
				 "c1", 400,
				 "system") "5:1: bad-text-call: the call has ended: a [call …] line begins the next, and what came "
					   "late needs its time, @12.5\n"
					   "6:1: bad-text-call: the call has ended: a [call …] line begins the next, and what came "
					   "late needs its time, @12.5\n"
					   "7:1: bad-text-call: the call has ended: a [call …] line begins the next, and what came "
					   "late needs its time, @12.5\n"
					   "8:1: bad-text-call: the call has ended: a [call …] line begins the next, and what came "
					   "late needs its time, @12.5\n");
	buf_free(&out);
}

static void test_limits(void **state)
{
	struct textcall *t = textcall_new();
	struct buf line = BUF_INIT(FILE_MAX);
	struct textcall_inputs inputs;
	struct etq_err err;
	int col;

	assert_non_null(t);
#define LINE ((struct etq_str){line.p, line.n})
	assert_false(textcall_line(t, SV("agent: \xd0\xb0\xff"), &inputs, &err, &col));
	assert_string_equal(err.code, "not-utf8");
	assert_int_equal(col, 9);
	assert_false(textcall_line(t, SV("agent: а\0б"), &inputs, &err, &col));
	assert_string_equal(err.code, "nul-in-text");
	assert_int_equal(col, 9);
	buf_puts(&line, "agent: ");
	for (int i = 0; i < ETQ_MAX_TEXT; i++)
		buf_putc(&line, 'x');
	assert_true(textcall_line(t, LINE, &inputs, &err, &col));
	assert_int_equal(inputs.v[0].text.n, ETQ_MAX_TEXT);
	buf_putc(&line, 'x');
	assert_false(textcall_line(t, LINE, &inputs, &err, &col));
	assert_string_equal(err.code, "bad-text-call");
	while (line.n <= ETQ_MAX_LINE)
		buf_putc(&line, ' ');
	assert_false(textcall_line(t, LINE, &inputs, &err, &col));
	assert_string_equal(err.code, "line-too-long");
	buf_clear(&line);
	buf_puts(&line, "[call queue=");
	for (int i = 0; i < ETQ_MAX_META; i++)
		buf_putc(&line, 'q');
	buf_putc(&line, ']');
	textcall_free(t);
	t = textcall_new();
	assert_non_null(t);
	assert_true(textcall_line(t, LINE, &inputs, &err, &col));
	line.p[line.n - 1] = 'q';
	buf_putc(&line, ']');
	assert_false(textcall_line(t, LINE, &inputs, &err, &col));
	assert_int_equal(col, 13);
	textcall_free(t);
	textcall_free(NULL);
	buf_free(&line);
}

/* What was given out can be read again, and gives the same. */
static void test_render(void **state)
{
	static const char text[] =
		"[call id=\"k7\" started_at=2026-11-23T09:00:00.000Z direction=inbound rings=2 "
		"ring=6000ms agent=\"Ирина\" company=\"ООО \\\"Лес\\\" \\\\\"]\n"
		"@0-0.8 agent: Добрый день\n"
		"@1.1-75.04 customer~: Алло\n"
		"@1.1-75.045 customer: Алло, девушка\n"
		"@75.045 [hold start]\n"
		"@100 [hold end]\n"
		"@100 [call id=\"k7\" queue=\"vip\"]\n"
		"@101 [end by customer]\n";
	struct textcall *t = textcall_new();
	struct buf out = BUF_INIT(FILE_MAX);
	struct textcall_inputs inputs;
	struct etq_err err;
	int col;

	assert_non_null(t);
	for (const char *p = text; *p; p += strcspn(p, "\n") + 1) {
		if (!textcall_line(t, (struct etq_str){p, strcspn(p, "\n")}, &inputs, &err, &col))
			fail_msg("%d: %s", col, err.message);
		for (size_t i = 0; i < inputs.n; i++)
			assert_true(textcall_render(&inputs.v[i], &out));
	}
	assert_string_equal(out.p, text);
	textcall_free(t);
	buf_free(&out);
}

static void test_render_hostile(void **state)
{
	struct etq_input in;
	struct buf out = BUF_INIT(FILE_MAX);

	etq_input_init(&in);
	in.by = ETQ_CUSTOMER;
	in.text = SV("а\x1b[31mб\nв\tг\r\xc2\x9bд\x7f");
	assert_true(textcall_render(&in, &out));
	assert_string_equal(out.p, "customer: а\ufffd[31mб в г \ufffdд\ufffd\n");
	out.max = out.n + 5;
	assert_false(textcall_render(&in, &out));
	assert_string_equal(out.p, "customer: а\ufffd[31mб в г \ufffdд\ufffd\n");
	/* U+202E turns the direction of writing. */
	in.text = (struct etq_str){(const char[]){'\xe2', '\x80', '\xae'}, 3};
	buf_clear(&out);
	assert_true(textcall_render(&in, &out));
	assert_string_equal(out.p, "customer: \ufffd\n");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_errors_in_context),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_render),
		cmocka_unit_test(test_render_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
