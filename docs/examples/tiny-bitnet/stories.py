"""The text that the model learns: short stories about animals.

Written for this example, under the project's licence. Sentences are filled in with
names, things, places and weather, so that no two stories need be equal and what the
model is tested on it has not seen; who somebody is, and what was lost, stays the same
from a story's first line to its last.
"""
import random

ANIMALS = {
    "he": ["Tom the hare", "Otto the bear", "Max the mole", "Finn the fox", "Ben the badger"],
    "she": ["Anna the owl", "Mia the mouse", "Lena the goose", "Ida the cat", "Rosa the hen"],
}
POSSESSIVE = {"he": "his", "she": "her"}
OBJECTIVE = {"he": "him", "she": "her"}
HOMES = ["by the river", "under the old oak", "at the edge of the forest", "behind the mill",
         "in a house of stone", "on top of the hill"]  # fmt: skip
PLACES = ["under the bridge", "behind the barn", "in the tall grass", "near the well",
          "between two stones", "at the foot of the tower"]  # fmt: skip
THINGS = ["red ball", "golden key", "wooden spoon", "blue hat", "silver bell", "long rope",
          "little boat", "green lamp"]  # fmt: skip
FOODS = ["bread", "soup", "apple cake", "honey", "pancakes", "plums"]
DAYS = ["One morning", "One evening", "On a cold day", "After the rain", "In the first snow",
        "When spring came"]  # fmt: skip
ENDS = ["They played until the sun went down.", "And from that day on they were friends.",
        "Then they sat by the fire and sang.", "That night everybody slept well.",
        "The moon was bright when they went home."]  # fmt: skip


def lost(draw, one, two):
    thing, place = draw(THINGS), draw(PLACES)
    return [
        f"{draw(DAYS)} {one.he} found a {thing} {place}.",
        f'"Whose {thing} is this?" {one.he} asked.',
        f"{two.full} came along the road and stopped.",
        f'"It is mine," said {two.name}. "I lost it {place}."',
        f"{one.name} gave the {thing} back to {two.him}.",
    ]


def cooking(draw, one, two):
    food = draw(FOODS)
    return [
        f"{draw(DAYS)} {one.he} was hungry and made {food}.",
        f"There was too much for {one.him} alone.",
        f"So {one.he} went to see {two.full}, who lived {draw(HOMES)}.",
        f'"Do you like {food}?" asked {one.name}.',
        f'"I like {food} more than anything," said {two.name}.',
    ]


def stuck(draw, one, two):
    place, thing = draw(PLACES), draw(THINGS)
    return [
        f"{draw(DAYS)} {one.he} fell into a hole {place}.",
        f'"Help!" cried {one.name}, but nobody was near.',
        f"At last {two.full} heard {one.him} and came with a {thing}.",
        f'"How can a {thing} help me?" asked {one.name}.',
        f'"Wait and see," said {two.name}, and soon {one.he} was out of the hole.',
    ]


def race(draw, one, two):
    thing = draw(THINGS)
    return [
        f"{draw(DAYS)} {one.he} met {two.full} {draw(PLACES)}.",
        f'"I can run faster than you," said {two.name}.',
        f'"Then let us run to the mill," said {one.name}. "Who is first gets my {thing}."',
        f"They ran and ran, and {one.name} was first.",
        f"But {one.he} gave {two.name} the {thing} all the same.",
    ]


class Animal:
    def __init__(self, he, full):
        self.he, self.full = he, full
        self.him, self.his = OBJECTIVE[he], POSSESSIVE[he]
        self.name = full.split()[0]


def story(rng):
    everybody = [(he, full) for he, names in ANIMALS.items() for full in names]
    one, two = (Animal(*who) for who in rng.sample(everybody, 2))
    lines = [f"{one.full} lived {rng.choice(HOMES)} with {one.his} mother."]
    lines += rng.choice([lost, cooking, stuck, race])(rng.choice, one, two)
    return " ".join([*lines, rng.choice(ENDS)]) + "\n\n"


def text(size, seed):
    """Stories of `size` characters or a few more, always the same for a seed."""
    rng, stories, length = random.Random(seed), [], 0
    while length < size:
        stories.append(story(rng))
        length += len(stories[-1])
    return "".join(stories)


if __name__ == "__main__":
    print(text(2000, 1), end="")
