#!/usr/bin/env python3
"""Makes the lines of the benchmarks: calls in Russian, interleaved, the same ones for the same seed.

    lines.py --open 10000 --lines 200000 --matter 3 OUT

Each call is a good one of 23 lines: start, greeting, talk, a hold with thanks after it, goodbye, end. A call that is
over is followed by a new one; the first ones are under way. Utterances have exactly 248 bytes with their newline.
Matter, in so many percent of the lines: a filler word; a greeting that is only «алло»; no thanks after a hold.
Ids of utterances are numbers of lines; those with a filler begin with f. The last line is a filler in the call "last".
--rest: also the rest of the calls that are still open.
"""
import argparse
import json
import os
import random

LINE_BYTES = 248
FILLERS = ["ну", "как бы", "типа", "короче", "так сказать", "это самое"]
GREETING = "компания северный склад меня зовут ирина здравствуйте"
ASKING = "можете подождать минуту я уточню это у коллег"
AGREED = "да подожду"
THANKS = "спасибо за ожидание"
CLOSING = "остались ли у вас вопросы"
GOODBYE = "спасибо за звонок всего доброго до свидания"
AGENT = """ваш заказ собран и стоит на складе у третьих ворот
водитель выезжает в девять утра и едет через центр города
доставка по этому адресу стоит триста рублей независимо от веса
в договоре указан срок поставки до пятнадцатого числа
оплатить можно картой или наличными при получении
я записала вашу заявку на среду после обеда
гарантия на холодильник действует два года со дня покупки
мастер приедет с инструментами и проверит кабель
скидка по карте постоянного покупателя составляет семь процентов
размер коробки сто двадцать на шестьдесят сантиметров
накладная и чек лежат внутри упаковки
магазин работает с десяти до восьми без перерыва
возврат денег занимает до пяти рабочих дней
документы отправлены по электронной почте вчера вечером
такая модель есть в наличии в белом и сером цвете
подъём на этаж входит в стоимость доставки""".splitlines()
CUSTOMER = """я заказывал у вас шкаф на прошлой неделе
мне нужен белый диван с двумя ящиками
адрес улица садовая дом восемь квартира двенадцать
подъезд второй этаж четвёртый домофон работает
когда привезут матрас и кровать
лифт у нас грузовой поэтому всё войдёт
оплачивать буду картой прямо у двери
в субботу меня дома не будет лучше в понедельник
старый холодильник тоже надо вынести
чек я сохранил он лежит вместе с договором
у стола немного поцарапана одна ножка
запишите второй номер на всякий случай
мне подходит вторая половина дня
сколько стоит подъём без лифта
сборка мебели тоже нужна если это возможно
да всё верно именно этот адрес""".splitlines()
ENDS = {}
for sentence in AGENT + CUSTOMER:
    for word in sentence.split():
        ENDS.setdefault(len(word.encode()), word)


def utterance(rng, call, number, t, by, begin, sentences, filler=False):
    """One of exactly LINE_BYTES: begin, then sentences, then a word and digits that fill it."""
    head = (f'{{"type":"utterance","call":"{call}","id":"{"f" if filler else "n"}{number:07d}","t":{t},'
            f'"end":{t + 5200},"by":"{by}","text":"')
    tail = '","final":true,"confidence":0.9'
    room = LINE_BYTES - len(head.encode()) - len(tail) - len("}\n")
    words = begin.split()
    size = sum(len(word.encode()) + 1 for word in words) - 1
    while size < room - 40:
        for word in rng.choice(sentences).split():
            words.append(word)
            size += len(word.encode()) + 1
    while size > room - 5:
        size -= len(words.pop().encode()) + 1
    last = ENDS.get(max(n for n in [0, *ENDS] if n <= room - size - 1))
    if last:
        words.append(last)
        size += len(last.encode()) + 1
    return f"{head}{' '.join(words)}{tail}{'3' * (room - size)}}}\n"


class Call:
    """One call: its lines one at a time."""

    def __init__(self, rng, name, matter):
        self.rng, self.name = rng, name
        self.t = 0
        self.begun = 0
        self.steps = [self.start, self.greet, *[self.customer, self.agent] * 3, self.customer, self.ask, self.agree, self.hold_start,
                      self.hold_end, self.thank, self.customer, self.agent, self.customer, self.agent, self.customer,
                      self.close, self.customer, self.bye, self.end]
        # Two kinds of matter are once a call; the rest of the share is fillers.
        share = matter / 100
        self.allo = rng.random() < min(share * 5, 0.5)
        self.rude = rng.random() < min(share * 5, 0.5)
        self.filler = max(0.0, (share * len(self.steps) - self.allo - self.rude) / 9)
        self.steps.reverse()

    def line(self, number):
        out = self.steps.pop()(number)
        self.t += 5400
        return out

    def say(self, number, by, begin, sentences):
        filler = by == "agent" and begin != GREETING and self.rng.random() < self.filler
        if filler:
            begin = f"{begin} {self.rng.choice(FILLERS)} {sentences[0]}".strip()
        return utterance(self.rng, self.name, number, self.t, by, begin, sentences, filler)

    def plain(self, kind, **more):
        """A line that is not filled up."""
        first = {"id": more.pop("id")} if "id" in more else {}
        return json.dumps({"type": kind, "call": self.name, **first, "t": self.t, **more}, ensure_ascii=False,
                          separators=(",", ":")) + "\n"

    def start(self, _number):
        return self.plain("call.start", started_at="2026-11-23T09:00:00Z", direction="inbound", rings=2,
                          agent={"id": f"a{self.rng.randrange(200)}", "name": "Ирина"}, customer={"name": "Иван Петров"},
                          queue=self.rng.choice(["sales", "support"]), company="Северный склад", lang="ru")

    def greet(self, number):
        if self.allo:
            return self.plain("utterance", id=f"n{number:07d}", end=self.t + 900, by="agent", text="алло")
        return self.say(number, "agent", GREETING, ["чем могу вам помочь"])

    def agent(self, number):
        return self.say(number, "agent", "", AGENT)

    def customer(self, number):
        return self.say(number, "customer", "", CUSTOMER)

    def ask(self, number):
        return self.say(number, "agent", ASKING, AGENT)

    def agree(self, number):
        return self.say(number, "customer", AGREED, CUSTOMER)

    def hold_start(self, _number):
        return self.plain("hold.start")

    def hold_end(self, _number):
        self.t += 20000
        return self.plain("hold.end")

    def thank(self, number):
        return self.say(number, "agent", "" if self.rude else THANKS, AGENT)

    def close(self, number):
        return self.say(number, "agent", CLOSING, AGENT)

    def bye(self, number):
        return self.say(number, "agent", GOODBYE, ["рады были помочь"])

    def end(self, _number):
        return self.plain("call.end", by="customer")


class Stream:
    """Calls open at once, whose lines are mixed."""

    def __init__(self, seed, calls, matter):
        self.rng = random.Random(seed)
        self.prefix = chr(ord("b") + seed % 25)
        self.matter = matter
        self.made = 0
        self.number = 0
        self.calls = [self.begin() for _ in range(calls)]
        for call in self.calls:
            call.begun = self.rng.randrange(1, len(call.steps))

    def begin(self):
        self.made += 1
        return Call(self.rng, f"{self.prefix}{self.made:07d}", self.matter)

    def round(self):
        """The calls in some order."""
        order = list(range(len(self.calls)))
        self.rng.shuffle(order)
        return order

    def step(self, slot):
        """The next line of the call there."""
        call = self.calls[slot]
        if not call.steps:
            call = self.calls[slot] = self.begin()
        self.number += 1
        return call.line(self.number)

    def beginnings(self):
        """What was said in the calls that are under way."""
        left = [call.begun for call in self.calls]
        while any(left):
            for slot in self.round():
                if left[slot]:
                    left[slot] -= 1
                    yield self.step(slot)

    def rest(self):
        """What is left of the open calls."""
        for slot, call in enumerate(self.calls):
            while call.steps:
                yield self.step(slot)


def write(out, opened, lines, matter, seed=1, warm=None, rest=False):
    """Writes both files; the beginnings of the calls that are under way go into warm."""
    stream = Stream(seed, opened, matter)
    with open(warm or os.devnull, "w", encoding="utf-8") as f:
        f.writelines(stream.beginnings())
    with open(out, "w", encoding="utf-8") as f:
        left = lines
        while left > 0:
            order = stream.round()[:left]
            f.writelines([stream.step(slot) for slot in order])
            left -= len(order)
        if rest:
            f.writelines(stream.rest())
        f.write(utterance(stream.rng, "last", 9999999, 0, "agent", "ну", AGENT))


def main():
    """The command line."""
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--open", type=int, default=10000)
    p.add_argument("--lines", type=int, default=200000)
    p.add_argument("--matter", type=float, default=3)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--warm")
    p.add_argument("--rest", action="store_true")
    p.add_argument("out")
    a = p.parse_args()
    write(a.out, a.open, a.lines, a.matter, a.seed, a.warm, a.rest)


if __name__ == "__main__":
    main()
