"""One sentence in each of some languages."""

# ruff: noqa: RUF001 - texts of many languages have letters of many scripts
TEXTS = {
    "en": "First we add the two numbers, and then we check whether the sum is even or odd.",
    "de": "Zuerst addieren wir die beiden Zahlen, und dann prüfen wir, ob die Summe gerade ist.",
    "es": "Primero sumamos los dos números y después comprobamos si el resultado es par o impar.",
    "fr": "D'abord nous ajoutons les deux nombres, puis nous vérifions si la somme est paire.",
    "zh": "首先我们把这两个数相加，然后检查它们的和是奇数还是偶数，最后写出答案。",
    "ja": "まず二つの数を足して、それから合計が偶数か奇数かを確かめて、最後に答えを書きます。",
    "ko": "먼저 두 수를 더한 다음에 그 합이 짝수인지 홀수인지 확인하고 마지막으로 답을 씁니다.",
    "ru": "Сначала сложим оба числа, а затем проверим, является ли сумма чётной или нечётной.",
    "ar": "أولا نجمع العددين ثم نتحقق مما إذا كان المجموع زوجيا أو فرديا ثم نكتب الجواب",
    "hi": "पहले हम दोनों संख्याओं को जोड़ते हैं और फिर देखते हैं कि योग सम है या विषम",
    "th": "ก่อนอื่นเราบวกจำนวนทั้งสองแล้วตรวจสอบว่าผลรวมเป็นเลขคู่หรือเลขคี่",
}
