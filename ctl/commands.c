#include "commands.h"

enum { ANY = LIST_MAX * 1024 };

#define OPTS(...) ((const struct opt *const[]){__VA_ARGS__, &opt_help, NULL})

static const char check_details[] =
	"Judges whole calls and prints what was said, with the findings under the words that show\n"
	"them and the score at the end. `-` is standard input, a folder stands for the files in and\n"
	"below it that end in .txt, .ndjson, .jsonl or .json. Files hold native messages, one JSON\n"
	"object a line, or calls as people write them; see etiquette-text(5). A call without an end\n"
	"ends with its file. Bad lines are named on standard error, the others are still judged.\n"
	"\n"
	"With --output ndjson each finding and each score is one CloudEvent a line, byte for byte as\n"
	"a subscriber of the daemon gets it, but without `sequence`, `sequencetype` and\n"
	"`recordedtime`.\n"
	"\n"
	"With --summary what was said is not printed: the calls are, worst first, and what their\n"
	"scores come to by agent and by rule. With --output ndjson that is one object a line.\n"
	"\n"
	"Exit status: 0 no findings, 1 findings, 2 bad lines, bad rules or other errors. Findings\n"
	"that were withdrawn do not count.\n";

static const char send_details[] =
	"Streams calls to a daemon as they went: each utterance at the time when it ended, as\n"
	"recognition would, all else at its time; a line never goes before those above it. Files\n"
	"are sent one after the other. `-` is standard input. Lines without a time follow at once.\n"
	"A daemon takes no lines for a call that has ended: use --call-prefix to send it again.\n"
	"\n"
	"With --watch the daemon's findings for the calls that are sent stand under their lines.\n"
	"\n"
	"Exit status: 0 all lines were taken, 1 some were refused, 2 no connection or other errors.\n";

static const char watch_details[] =
	"Subscribes to a daemon and prints findings as they come. A finding that later lines did\n"
	"not bear out is told again as withdrawn. A call that has ended gets its score, unless\n"
	"--severity or --rule ask for certain findings: --type scored brings it then, too.\n"
	"\n"
	"Exit status: 0 after --count findings, 2 when the connection could not be made or was\n"
	"lost.\n";

static const char stats_details[] = "Asks a daemon once for its counts and prints them.\n"
				    "\n"
				    "Exit status: 0, or 2 when there was no answer.\n";

static const char lint_details[] =
	"Checks rule files: folders (packs) and single files (site files) as one set, without PATH\n"
	"the built-in pack. Prints all errors and warnings with their places. A warning says for\n"
	"example that a phrase has no letters that must be in it, and so is tried on every line.\n"
	"\n"
	"Exit status: 0 no errors, 2 errors (with --strict: or warnings).\n";

static const char test_details[] =
	"Runs the examples that the rules carry, each against the whole set, and looks at the\n"
	"findings of the example's rule. Without PATH the built-in pack is tested.\n"
	"\n"
	"Exit status: 0 all as expected, 1 some not, 2 bad rules or other errors.\n";

static const char list_details[] =
	"Lists the rules: id, severity, status, form, points, examples that violate and that\n"
	"comply, title. Without PATH those of the built-in pack.\n"
	"\n"
	"Exit status: 0, or 2 on errors.\n";

static const char explain_details[] =
	"Tells everything that a rule says of itself.\n"
	"\n"
	"With FILE it judges the calls in it and tells instead why the rule fired or did not, in\n"
	"the order of time: the words that it heard, with the phrase and its place in the rule\n"
	"files; what of them a set under `except` took away; which windows opened, what closed\n"
	"them, and what came in time; how far counts and measures came; which steps of a sequence\n"
	"were reached; which condition, exception or limit kept a finding back.\n"
	"\n"
	"With --output ndjson each of these is one JSON object a line; words are masked as in\n"
	"findings. etiquettectl(1) lists the kinds.\n"
	"\n"
	"Exit status: 0 the rule has no finding (or no FILE was given), 1 it has, 2 errors (bad\n"
	"lines in FILE are errors).\n";

const struct command commands[] = {
	{"check", "FILE…", 1, ANY, "judge whole calls", check_details,
	 OPTS(&opt_format, &opt_output, &opt_rules, &opt_site, &opt_severity, &opt_summary,
	      &opt_colour, &opt_no_colour),
	 check_run},
	{"send", "FILE…", 1, ANY, "stream calls to a daemon", send_details,
	 OPTS(&opt_to, &opt_speed, &opt_at, &opt_format, &opt_call_prefix, &opt_repeat, &opt_resume,
	      &opt_show, &opt_watch, &opt_colour, &opt_no_colour),
	 send_run},
	{"watch", "", 0, 0, "print a daemon's findings as they come", watch_details,
	 OPTS(&opt_from, &opt_since, &opt_min_severity, &opt_type, &opt_glob, &opt_queue,
	      &opt_agent, &opt_call, &opt_output, &opt_count, &opt_follow, &opt_name, &opt_colour,
	      &opt_no_colour),
	 watch_run},
	{"stats", "", 0, 0, "print a daemon's counts", stats_details, OPTS(&opt_from, &opt_output),
	 stats_run},
	{"rules lint", "[PATH…]", 0, ANY, "check rule files", lint_details,
	 OPTS(&opt_strict, &opt_colour, &opt_no_colour), rules_lint_run},
	{"rules test", "[PATH…]", 0, ANY, "run the examples in rule files", test_details,
	 OPTS(&opt_colour, &opt_no_colour), rules_test_run},
	{"rules list", "[PATH…]", 0, ANY, "list rules", list_details,
	 OPTS(&opt_output, &opt_measures, &opt_colour, &opt_no_colour), rules_list_run},
	{"rules explain", "ID [FILE]", 1, 2, "tell what a rule says, or why it fired or not",
	 explain_details,
	 OPTS(&opt_format, &opt_output, &opt_rules, &opt_site, &opt_around, &opt_colour,
	      &opt_no_colour),
	 rules_explain_run},
	{0},
};
