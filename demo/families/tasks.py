"""The tasks of the families' competition: one of every kind, and one of every other track."""

from __future__ import annotations

from demo.families import biology, language, tables, vision
from demo.families.pictures import SHAPES
from demo.families.world import TOPICS
from demo.tasks import TaskPlan

GENERATED = "Generated and labelled by this project; nothing in it is about anybody."
VADER = "Source: Hutto & Gilbert 2014 (VADER)."
MOODS = ("happy", "sad")
LONGEST = 64


def _plan(slug: str, kind: str, metric: str, title: str, text: str, **more: object) -> TaskPlan:
    fields: dict[str, object] = {
        "track": "predict",
        "labels": (),
        "train_rows": 1600,
        "test_rows": 240,
        "max_length": LONGEST,
        **more,
    }
    return TaskPlan(slug=slug, kind=kind, metric=metric, title=title, description=text, **fields)  # type: ignore[arg-type]


SENTIMENT = _plan(
    *("sentiment", "text_classification", "accuracy", "Sentiment of movie snippets"),
    f"Does a sentence from a movie review praise or blame? {VADER}",
    labels=("negative", "positive"),
    train_rows=2400,
    test_rows=400,
)
SENTIMENT_PROBE = _plan(
    *("sentiment-probe", "text_classification", "accuracy", "Sentiment of product snippets"),
    f"The same of product reviews, by a linear probe on your encoder's embeddings. {VADER}",
    track="probe",
    labels=("negative", "positive"),
    train_rows=600,
    test_rows=300,
)
MOOD_FINETUNED = _plan(
    *("mood-finetuned", "text_classification", "accuracy", "Moods, fine-tuned here"),
    "How does the person of a story feel? It isn't said, but the weather is. The platform "
    f"fine-tunes your model on the train split. {GENERATED}",
    track="finetune",
    labels=MOODS,
    train_rows=160,
    test_rows=160,
)
MOOD_PROMPTED = _plan(
    *("mood-prompted", "text_classification", "accuracy", "Moods, by a prompt"),
    "How does the person of a story feel? A language model is asked after the story, by a fixed "
    "template. "
    f"{GENERATED}",
    track="prompt",
    labels=MOODS,
    train_rows=0,
    test_rows=160,
    settings={"template": "{text} {answer}"},
)
TOPIC_SETS = _plan(
    *("topics", "text_multilabel", "multilabel_macro_f1", "Topics of a text"),
    f"Which of four topics does a text speak of? {GENERATED}",
    labels=TOPICS,
)
INFERENCES = _plan(
    *("inferences", "pair_classification", "accuracy", "Does it follow?"),
    "Does the second text follow from the first, contradict it, or say something that the first "
    f"doesn't speak of? {GENERATED}",
    labels=(language.CONTRADICTED, language.ENTAILED, language.UNKNOWN),
    train_rows=3000,
)
VALENCE = _plan(
    *("valence", "text_regression", "spearman", "Valence of tweets"),
    f"How positive is a tweet, from -4 to 4? {VADER}",
    train_rows=2400,
    test_rows=400,
)
SIMILARITY = _plan(
    *("similarity", "sentence_similarity", "spearman", "Similarity of words"),
    "How similar in meaning are two words? Source: SimLex-999 (Hill, Reichart & Korhonen 2015).",
    train_rows=0,
    test_rows=999,
)
ENTITIES = _plan(
    *("entities", "token_classification", "entity_f1", "People, places and firms"),
    f"Which words name a person, a place or a firm? Most names are met once only. {GENERATED}",
    labels=language.TAGS,
)
ANSWERS = _plan(
    *("answers", "extractive_qa", "answer_f1", "Questions on a story"),
    f"Find the answer in the text; a quarter of the questions have none. {GENERATED}",
    train_rows=4000,
)
DESCRIPTIONS = _plan(
    *("descriptions", "text_generation", "chrf", "From facts to sentences"),
    f"Put a list of facts into two sentences. {GENERATED}",
    settings={"max_new_tokens": 32, "stop": ["\n"]},
    test_rows=160,
)
GAPS = _plan(
    *("gaps", "masked_language_modelling", "fill_accuracy", "Words in gaps"),
    f"Which words are missing from a story? {GENERATED}",
    train_rows=0,
)
NEXT = _plan(
    *("next-sentences", "next_sentence_prediction", "accuracy", "What comes next"),
    f"Does the second sentence continue the first? {GENERATED}",
    train_rows=0,
)
SURPRISE = _plan(
    *("surprise", "causal_language_modelling", "bits_per_byte", "Surprise, left to right"),
    "How many bits does a byte of a story cost, each token predicted from those before it? 0 "
    f"points are 4 bits, 100 points none. {GENERATED}",
    train_rows=0,
    baseline=4.0,
    ceiling=0.0,
)
SURPRISE_BOTH = _plan(
    *("surprise-both-sides", "pseudo_likelihood", "bits_per_byte", "Surprise, from both sides"),
    "How many bits does a byte of a story cost, each token predicted from all others? 0 points "
    f"are 4 bits, 100 points none. {GENERATED}",
    train_rows=0,
    test_rows=60,
    baseline=4.0,
    ceiling=0.0,
)
DIGITS = _plan(
    *("digits", "image_classification", "accuracy", "Handwritten digits"),
    "Which digit is it? Source: MNIST (LeCun, Cortes & Burges), 28 × 28 pixels in grey.",
    labels=vision.CLASSES,
    train_rows=2000,
    test_rows=300,
)
OBJECTS = _plan(
    *("objects", "object_detection", "coco_ap_50", "Shapes in a scene"),
    f"Find circles, squares and triangles. {GENERATED}",
    labels=SHAPES,
    train_rows=1200,
    test_rows=120,
)
SEGMENTS = _plan(
    *("segments", "semantic_segmentation", "mean_iou", "Shapes, pixel by pixel"),
    f"What does each pixel show? {GENERATED}",
    labels=("background", *SHAPES),
    train_rows=800,
    test_rows=120,
)
TUMOURS = _plan(
    *("tumours", "tabular_classification", "mcc", "Tumours by their cells"),
    "Malignant or benign? Source: Breast Cancer Wisconsin (diagnostic), as scikit-learn ships it.",
    labels=tables.TUMOURS,
    train_rows=380,
    test_rows=180,
)
DIABETES = _plan(
    *("diabetes", "tabular_regression", "r2", "Progression of diabetes"),
    "How far will it be in a year? Source: Efron, Hastie, Johnstone & Tibshirani 2004, as "
    "scikit-learn ships it. 0 points are those of the mean.",
    train_rows=300,
    test_rows=140,
    baseline=0.0,
    ceiling=1.0,
)
LECTURERS = _plan(
    *("lecturers", "recommendation", "ndcg_at_10", "Which lecturers come next"),
    "Whom will a student rate, and well? Five of each student's ratings are held out. Source: "
    "InstEval (ETH Zürich), from the package lme4.",
    train_rows=2000,
    test_rows=300,
)
ARTICLES = _plan(
    *("articles", "retrieval", "ndcg_at_10", "The article of a sentence"),
    f"Find the article that a sentence was taken from, by likeness. {VADER} (New York Times).",
    train_rows=0,
    test_rows=150,
    max_length=256,
)
PEPTIDES = _plan(
    *("peptides", "sequence_classification", "mcc", "Antimicrobial peptides"),
    "Is a peptide antimicrobial? Equal sequences are never divided. Source: modlAMP (Müller, "
    "Gabernet, Hiss & Schneider 2017), AMPvsUniProt.",
    labels=biology.CLASSES,
    train_rows=3000,
    test_rows=400,
    max_length=128,
)
FOLDS = _plan(
    *("folds", "residue_labelling", "residue_accuracy", "Helix, strand or coil"),
    f"What does each place of a chain belong to? {GENERATED}",
    labels=biology.FOLDS,
    train_rows=800,
    test_rows=120,
    max_length=128,
)
CONTACTS = _plan(
    *("contacts", "contact_prediction", "contact_precision_l5", "Places that touch"),
    "Which places touch, with at least 24 places between them? Ladders of letters find their "
    f"partners. {GENERATED}",
    train_rows=1500,
    test_rows=120,
    max_length=160,
)
TASKS = (
    *(SENTIMENT, TOPIC_SETS, INFERENCES, VALENCE, SIMILARITY, ENTITIES, ANSWERS, DESCRIPTIONS),
    *(GAPS, NEXT, SURPRISE, SURPRISE_BOTH, DIGITS, OBJECTS, SEGMENTS, TUMOURS, DIABETES),
    *(LECTURERS, ARTICLES, PEPTIDES, FOLDS, CONTACTS),
    *(SENTIMENT_PROBE, MOOD_FINETUNED, MOOD_PROMPTED),
)
