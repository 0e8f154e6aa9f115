"""Calls made up at random, the same ones for the same seed: what platforms send, at its worst."""
import random

OPENINGS = ["Алло", "Да, слушаю", "Добрый день, компания «Северный склад», меня зовут Ирина",
            "Здравствуйте, Ирина, «Северный склад»", "Алло, добрый вечер", "Слушаю вас", "северный склад ирина здравствуйте",
            "Э-э-э, здравствуйте", "Говорите"]
AGENT = ["Секундочку", "Минуту, пожалуйста, сейчас посмотрю", "Можете подождать? Уточню на складе", "Спасибо за ожидание!",
         "спасибо что подождали", "Ну, как бы, короче, заказ в пути", "ну вот", "Вы должны позвонить на склад",
         "Назовите, пожалуйста, ваш номер телефона", "продиктуйте телефон", "Чёрт, опять всё зависло", "Ну и хрень",
         "Э-э-э, а-а-а", "Это не ко мне", "Чем ещё могу помочь?", "Я ответила на все ваши вопросы?",
         "Если вы продолжите выражаться, мне придётся закончить разговор", "Записала договорчик, циферки верные",
         "Понимаю вас", "угу", "Да", "Простите, пожалуйста", "Всего доброго, до свидания", "До свидания",
         "Ваш заказ собран, водитель выедет с утра и позвонит за час до приезда, чтобы вы успели спуститься"]
CUSTOMER = ["Здравствуйте", "Меня зовут Пётр", "Где мой заказ?", "Мой телефон 8 912 345-67-89",
            "девятьсот двенадцать триста сорок пять", "Сколько можно ждать!", "Да какого хрена!", "Блядь, опять!",
            "Это безобразие", "угу", "Да, подожду", "Хорошо", "Нет, спасибо", "До свидания", "почта ivan.petrov@example.org",
            "Номер карты 4276 1234 5678 9010", "Ну ладно", "Вы издеваетесь?", "😀 ну ок", "Ну и ну, ёлки-палки"]
WORDS = "заказ склад машина завтра адрес этаж коробка счёт договор доставка утром вечером номер дверь ключ".split()


class Maker:
    """One call's lines, each with the time at which it would be known."""

    def __init__(self, rng, call):
        self.rng, self.call = rng, call
        self.lines = []  # (known, line)
        self.t = 0
        self.n = 0
        self.times = set()

    def add(self, known, **line):
        self.lines.append((known, {"type": line.pop("type"), "call": self.call, **line}))

    def take_time(self):
        """Nothing happens at the same time as something else: what came first would then count."""
        while self.t in self.times:
            self.t += 1
        self.times.add(self.t)
        return self.t

    def start(self):
        rng = self.rng
        meta = {"direction": rng.choice(["inbound", "outbound"]), "rings": rng.randrange(6),
                "started_at": f"2026-11-23T{rng.randrange(24):02}:{rng.randrange(60):02}:00.{rng.randrange(1000):03}Z",
                "agent": {"id": f"a{rng.randrange(9)}", "name": rng.choice(["Ирина", "Павел", "Анна-Мария"])},
                "customer": {"name": "Иван Петров"}, "queue": rng.choice(["sales", "support"]),
                "company": "Северный склад", "lang": "ru"}
        self.add(0, type="call.start", **{k: v for k, v in meta.items() if rng.random() < 0.8})

    def text(self, by):
        rng = self.rng
        if rng.random() < 0.3:
            return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 40)))
        return " ".join(rng.choice(AGENT if by == "agent" else CUSTOMER) for _ in range(rng.choice([1, 1, 2])))

    def say(self, by, text):
        """An utterance, perhaps with partials before it, perhaps told twice."""
        rng = self.rng
        self.n += 1
        line = {"by": by, "t": self.take_time()}
        if rng.random() < 0.85:
            line["id"] = f"u{self.n}"
        words = text.split()
        end = self.t + 350 * len(words) + rng.randrange(300)
        if "id" in line and len(words) > 1 and rng.random() < 0.3:
            for part in sorted(rng.sample(range(1, len(words)), min(len(words) - 1, rng.choice([1, 2])))):
                now = self.t + 350 * part
                heard = words[:part]
                if rng.random() < 0.2:
                    heard[-1] = rng.choice(["хрень", "чёрт", "угу"])  # misheard, as the final text shows
                self.add(now, type="utterance", **line, end=now, text=" ".join(heard), final=False)
            if rng.random() < 0.15:
                text = ""  # the recognition lost it: the last partial stands
        if rng.random() < 0.2:
            line["confidence"] = round(rng.random(), 3)
        final = {"type": "utterance", **line, "end": end, "text": text}
        self.add(end, **final)
        if rng.random() < 0.1:
            self.add(end + rng.randrange(1500), **final)
        self.t = end + rng.choice([-900, -200, 100, 300, 700, 2500, 14000])
        self.t = max(self.t, 0)

    def hold(self):
        length = self.rng.choice([3000, 20000, 70000, 200000])
        self.add(self.take_time(), type="hold.start", t=self.t)
        self.t += length
        self.add(self.take_time(), type="hold.end", t=self.t)

    def make(self):
        rng = self.rng
        if rng.random() < 0.9:
            self.start()
        self.say("agent", rng.choice(OPENINGS))
        for _ in range(rng.randrange(2, 14)):
            by = rng.choice(["agent", "agent", "agent", "customer", "customer", "customer", "bot"])
            self.say(by, self.text(by))
            if rng.random() < 0.12:
                self.hold()
        last = max(known for known, _ in self.lines)
        self.t = max(self.t, last) + rng.randrange(1500)
        self.add(self.t, type="call.end", t=self.t, by=rng.choice(["agent", "customer", "system"]))
        return self.lines


def reorder(rng, lines, lateness):
    """Lines as they arrive: each up to the lateness behind its time. The first and the last stay, and the versions
    of one utterance come in their order."""
    arrived = {}
    late = []
    for i, (known, line) in enumerate(lines[1:-1]):
        at = known + (rng.randrange(lateness) if rng.random() < 0.3 else 0)
        if "id" in line:
            at = arrived[line["id"]] = max(at, arrived.get(line["id"], 0))
        late.append((at, i, line))
    return [lines[0]] + [(at, line) for at, _, line in sorted(late, key=lambda x: x[:2])] + [lines[-1]]


def call(seed, name, lateness=1800):
    """The lines of one call in the order of their arrival, with the times of arrival."""
    rng = random.Random(seed)
    lines = sorted(Maker(rng, name).make(), key=lambda x: x[0])
    return reorder(rng, lines, lateness if rng.random() < 0.7 else 1)


def mix(rng, calls):
    """Several calls on one connection, at random, each in its own order."""
    queues = [[line for _, line in lines] for lines in calls]
    out = []
    while queues:
        queue = rng.choice(queues)
        take = rng.randrange(1, 4)
        out.extend(queue[:take])
        del queue[:take]
        queues = [q for q in queues if q]
    return out


def pieces(rng, data):
    """Bytes cut anywhere, within characters as well."""
    at = 0
    while at < len(data):
        n = rng.choice([1, 2, 7, 100, 1400, 5000, 60000])
        yield data[at:at + n]
        at += n
