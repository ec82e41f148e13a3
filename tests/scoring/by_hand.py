"""The tables of the method item by item, a report of each mode, and its marks added up by hand."""

from __future__ import annotations

from collections.abc import Mapping

POINTS: Mapping[str, str] = {
    "wizyta": (
        "W02 2 W03 2 W04 4 W05 2 W06 3 W07 2 W08 4 W09 2 W10 2 W11 2 W12 2 W13 2 W14 4 W15 2 W16 5 W17 4 W18 "
        "1 W19 2 W20 2 W21 3 W22 2 W23 4 W24 2 W25 1 W26 0"
    ),
    "telefon": (
        "T02 2 T03 4 T04 4 T05 1 T06 2 T07 1 T08 4 T09 1 T10 2 T11 5 T12 4 T13 3 T14 2 T15 2 T16 2 T17 2 T18 "
        "2 T19 1 T20 1 T21 0"
    ),
    "email": (
        "E02 1 E03 1 E04 4 E05 5 E06 4 E07 5 E08 4 E09 2 E10 3 E11 2 E12 2 E13 2 E14 1 E15 1 E16 1 E17 4 E18 "
        "2 E19 2 E20 3"
    ),
    "social": "M01 2 M02 2 M03 2 M04 2 M05 1 M07 3 M08 4 M09 4 M10 3 M11 3 M12 2 M13 2 M14 2 M15 1 M16 2 M17 2",
    "strona": (
        "B01 2 B02 2 B03 5 B04 2 B05 3 B06 2 B07 2 B08 3 B09 1 B10 1 B11 2 B12 2 B13 3 B14 2 B15 2 B16 3 B17 "
        "1 B18 2 B19 2 B20 3 B21 2 B22 3 B23 4 B24 3 B25 2"
    ),
    "dostepnosc": (
        "D01 1 D02 4 D03 2 D04 1 D05 2 D06 3 D07 2 D08 3 D09 3 D10 3 D11 1 D12 1 D13 1 D14 2 D15 1 D16 3 D17 "
        "3 D18 1 D19 1 D20 2 D21 2 D22 1"
    ),
}
"""The column of points in the method's tables."""

CRITICAL = {"W04", "W23", "T03", "E04", "E17", "M07", "B19", "B20", "B23", "D02"}
"""The items marked as critical there; "insult, refusal, favour" is asked in every mode besides."""

MIXED: Mapping[str, str] = {
    "wizyta": (
        "w11=yes w12=no w13=yes w14=4 w21=3 w25=yes w_alarm=none w23=no w24=yes w09=5 w02=yes w03=nd w05=no "
        "w06=4 w10=yes w20=nd w15=yes w16=3/6 w17=no w18=nd w19=no w22=yes w04=yes w07=yes w08=12 w26=4"
    ),
    "telefon": (
        "t02=yes t03=second t04=45 t05=nd t06=yes t07=no t08=5 t09=yes t10=no t11=2/5 t12=yes t13=2 t14=nd "
        "t15=no t17=yes t18=yes t19=nd t20=no t_alarm=none t21=4"
    ),
    "email": (
        "e02=yes e03=no e04=yes e05=3 e06=1/2 e07=4/5 e08=no e09=yes e10=4 e11=22.5 e12=yes e13=nd e14=no "
        "e15=yes e16=nd e17=no e18=yes e19=no e20=no e_alarm=none"
    ),
    "social": (
        "m01=yes m02=3/4 m03=no m04=yes m05=yes m07=yes m08=d1 m09=2/4 m10=no m11=3 m12=yes m13=yes m14=4/5 "
        "m15=nd m16=5/5 m17=nd m_alarm=none"
    ),
    "strona": (
        "b01=yes b01_tel=45 b01_kom=20 b02=no b02_tel=130 b02_kom=70 b03=4/5 b04=nd b05=part b06=yes b07=yes "
        "b08=5/5 b09=no b10=yes b11=yes b12=no b13=yes b14=yes b15=9/10 b16=12.0 b16_slowa=21 b17=yes b18=yes "
        "b19=yes b20=yes b21=no b22=3/5 b23=yes b24=2/3 b25=1/4"
    ),
    "dostepnosc": (
        "d01=nd d02=yes d03=no d04=nd d05=nd d06=yes d07=no d08=no d09=yes d10=2/3 d11=yes d12=no d13=yes "
        "d14=yes d15=no d16=yes d17=nd d18=nd d19=nd d20=yes d21=no d22=nd d_alarm=none"
    ),
}
"""A report of each mode as somebody might have made it."""

BY_HAND: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "wizyta": {
        "K": (2 + 0 + 2 + 3 + 1.5 + 1, 14),
        "P": (4 + 0, 6),
        "O": (2, 2),
        "I": (2 + 0 + 1.8 + 2, 9),
        "M": (2 + 2.5 + 4 + 0 + 2, 15),
        "C": (4 + 2 + 2.4, 10),
    },
    "telefon": {
        "K": (2 + 0 + 4 + 1 + 0.75 + 0, 12),
        "P": (2, 2),
        "I": (2 + 2, 4),
        "M": (0 + 2 + 0, 11),
        "C": (2 + 2.4 + 2, 10),
    },
    "email": {
        "K": (2 + 2.25 + 1.2 + 2 + 0, 10),
        "P": (1 + 4 + 2, 7),
        "I": (1, 1),
        "M": (2 + 4 + 4 + 3, 16),
        "C": (0 + 4 + 3, 10),
        "D": (2, 2),
    },
    "social": {
        "K": (1.5 + 2 + 1.6, 7),
        "P": (2 + 2, 4),
        "I": (2 + 1.5 + 0, 6),
        "M": (2 + 3, 7),
        "C": (1 + 3 + 2.4, 8),
        "D": (2, 2),
    },
    "strona": {
        "W": (
            (1 + 0.4 + 0.5)
            + (0 + 0 + 0.3)
            + 4
            + 1.5
            + 2
            + 2
            + 3
            + 0
            + 1
            + 2
            + 0
            + 3
            + 2
            + 1.8
            + 1.6
            + 0.6
            + 1
            + 2
            + 2
            + 0.5,
            42,
        ),
        "D": (3 + 0 + 1.8 + 4 + 2, 15),
    },
    "dostepnosc": {"D": (4 + 0 + 3 + 0 + 0 + 3 + 2 + 1 + 0 + 1 + 2 + 0 + 3 + 2 + 0, 33)},
}
"""Points earned and possible of those reports, added up by hand from the tables."""
