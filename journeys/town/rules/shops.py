"""The town's 24 shops: what they sell, at what hours, on which days, and how they are paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TOWN: Final = "青禾镇"
OLD_STREET: Final = "老街商圈"
RIVER_EAST: Final = "河东商圈"
DISTRICTS: Final = (OLD_STREET, RIVER_EAST)

Hours = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Trade:
    """One kind of shop.

    ``hours`` gives the weight of each open hour; ``week`` the weight of each day, Monday first;
    ``menu`` what is bought: (words, fen, weight); ``most`` how many things at once. ``ages``
    weighs senior and younger members. ``scenes`` weighs (dynamic, static, pay_code).
    """

    hours: Hours
    week: tuple[int, ...]
    menu: tuple[tuple[str, int, int], ...]
    most: int
    share: int
    ages: tuple[int, int]
    scenes: tuple[int, int, int]
    by_weight: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop of the demo town, its owner and its cashier."""

    slug: str
    name: str
    kind: str
    district: str
    address: str
    trade: str
    owner: str
    cashier: str
    share: int = 100


TRADES: Final[Mapping[str, Trade]] = {
    "breakfast": Trade(
        hours={5: 2, 6: 22, 7: 38, 8: 26, 9: 8, 10: 1},
        week=(100, 100, 100, 100, 100, 125, 120),
        menu=(("鲜肉包", 250, 9), ("豆浆", 200, 9), ("油条", 200, 8), ("茶叶蛋", 150, 6),
              ("小米粥", 300, 5), ("煎饼果子", 700, 5), ("小笼包", 1000, 4), ("豆腐脑", 350, 4)),
        most=3, share=150, ages=(12, 10), scenes=(10, 75, 15),
    ),
    "noodles": Trade(
        hours={7: 5, 8: 4, 10: 3, 11: 22, 12: 30, 13: 10, 17: 10, 18: 22, 19: 14, 20: 5},
        week=(95, 95, 95, 100, 115, 135, 125),
        menu=(("牛肉面", 1800, 9), ("杂酱面", 1300, 8), ("清汤小面", 1000, 7), ("肥肠面", 2000, 5),
              ("加煎蛋", 250, 6), ("凉拌黄瓜", 800, 3), ("酸梅汤", 500, 4)),
        most=3, share=140, ages=(9, 12), scenes=(45, 30, 25),
    ),
    "vegetables": Trade(
        hours={6: 14, 7: 26, 8: 26, 9: 16, 10: 8, 11: 3, 16: 5, 17: 8, 18: 3},
        week=(95, 95, 95, 95, 100, 130, 130),
        menu=(("青菜", 420, 9), ("西红柿", 680, 8), ("土豆", 450, 7), ("豆角", 760, 5),
              ("莲藕", 980, 4), ("葱姜蒜", 330, 6), ("时令菜", 880, 6)),
        most=4, share=130, ages=(18, 7), scenes=(20, 70, 10), by_weight=True,
    ),
    "meat": Trade(
        hours={6: 12, 7: 26, 8: 26, 9: 16, 10: 8, 16: 6, 17: 8, 18: 2},
        week=(85, 90, 90, 90, 105, 145, 145),
        menu=(("五花肉", 2850, 7), ("排骨", 4680, 5), ("瘦肉", 2260, 7), ("肉末", 1540, 5)),
        most=2, share=60, ages=(16, 8), scenes=(45, 40, 15), by_weight=True,
    ),
    "fish": Trade(
        hours={6: 14, 7: 28, 8: 26, 9: 16, 10: 8, 16: 4, 17: 4},
        week=(80, 85, 90, 90, 110, 155, 140),
        menu=(("鲫鱼", 2150, 7), ("草鱼", 3480, 6), ("河虾", 4260, 4), ("鲈鱼", 3920, 4)),
        most=1, share=38, ages=(15, 8), scenes=(50, 35, 15), by_weight=True,
    ),
    "fruit": Trade(
        hours={8: 4, 9: 8, 10: 9, 11: 7, 14: 6, 15: 7, 16: 9, 17: 14, 18: 15, 19: 13, 20: 8},
        week=(90, 90, 90, 95, 110, 135, 130),
        menu=(("苹果", 1280, 8), ("香蕉", 860, 7), ("橘子", 1090, 7), ("葡萄", 2240, 4),
              ("草莓", 3260, 3), ("西瓜", 1980, 3)),
        most=2, share=75, ages=(10, 10), scenes=(35, 45, 20), by_weight=True,
    ),
    "market": Trade(
        hours={7: 3, 8: 6, 9: 8, 10: 8, 11: 7, 12: 5, 14: 5, 15: 6, 16: 8, 17: 12, 18: 14,
               19: 12, 20: 9, 21: 4},
        week=(90, 90, 95, 95, 110, 140, 130),
        menu=(("矿泉水", 200, 8), ("鲜牛奶", 690, 7), ("挂面", 850, 5), ("酱油", 1290, 4),
              ("鸡蛋一板", 2480, 4), ("纸巾", 1590, 5), ("大米十斤", 3990, 2), ("零食", 1250, 7)),
        most=5, share=140, ages=(10, 11), scenes=(30, 15, 55),
    ),
    "bakery": Trade(
        hours={7: 14, 8: 14, 9: 6, 10: 5, 14: 5, 15: 9, 16: 13, 17: 14, 18: 11, 19: 8, 20: 5},
        week=(90, 90, 90, 95, 115, 150, 140),
        menu=(("吐司", 1200, 7), ("菠萝包", 600, 8), ("老婆饼", 450, 7), ("蛋挞", 500, 8),
              ("肉松小贝", 980, 5), ("生日蛋糕", 13800, 1)),
        most=3, share=65, ages=(7, 13), scenes=(35, 20, 45),
    ),
    "pharmacy": Trade(
        hours={8: 8, 9: 13, 10: 13, 11: 8, 14: 7, 15: 9, 16: 9, 17: 9, 18: 8, 19: 8, 20: 5},
        week=(110, 100, 100, 100, 100, 95, 90),
        menu=(("感冒颗粒", 1980, 7), ("降压药", 4650, 6), ("钙片", 6800, 3), ("创可贴", 850, 6),
              ("维生素C", 1500, 5), ("血糖试纸", 8900, 2)),
        most=2, share=45, ages=(19, 6), scenes=(55, 10, 35),
    ),
    "barber": Trade(
        hours={9: 8, 10: 12, 11: 10, 13: 8, 14: 12, 15: 13, 16: 12, 17: 10, 18: 8, 19: 7},
        week=(60, 70, 80, 85, 115, 165, 160),
        menu=(("剪发", 2500, 9), ("老人剪发", 1500, 6), ("洗吹", 2000, 3), ("烫染", 26800, 1)),
        most=1, share=24, ages=(10, 10), scenes=(25, 55, 20),
    ),
    "hardware": Trade(
        hours={8: 8, 9: 15, 10: 16, 11: 10, 14: 12, 15: 14, 16: 13, 17: 9, 18: 3},
        week=(105, 100, 100, 95, 95, 115, 90),
        menu=(("螺丝钉", 350, 7), ("灯泡", 1500, 7), ("水龙头", 4500, 4), ("插线板", 3900, 4),
              ("工具箱", 15800, 1), ("门锁", 28600, 1)),
        most=3, share=22, ages=(9, 10), scenes=(55, 25, 20),
    ),
    "tea": Trade(
        hours={9: 7, 10: 12, 11: 8, 13: 8, 14: 14, 15: 15, 16: 13, 17: 9, 18: 7, 19: 8, 20: 4},
        week=(80, 80, 85, 90, 105, 145, 145),
        menu=(("盖碗茶", 1200, 9), ("茉莉花茶半斤", 6800, 3), ("绿茶二两", 4800, 3),
              ("普洱茶饼", 16800, 1), ("瓜子一碟", 600, 5)),
        most=2, share=30, ages=(16, 6), scenes=(35, 50, 15),
    ),
    "milk_tea": Trade(
        hours={10: 4, 11: 7, 12: 10, 13: 10, 14: 11, 15: 13, 16: 13, 17: 11, 18: 9, 19: 10,
               20: 9, 21: 5},
        week=(85, 85, 90, 95, 125, 155, 140),
        menu=(("珍珠奶茶", 1200, 9), ("柠檬茶", 1000, 8), ("杨枝甘露", 1600, 5),
              ("加小料", 200, 5)),
        most=2, share=70, ages=(2, 18), scenes=(50, 20, 30),
    ),
    "evening": Trade(
        hours={17: 8, 18: 18, 19: 24, 20: 24, 21: 18, 22: 8},
        week=(70, 75, 80, 90, 145, 175, 130),
        menu=(("羊肉串十串", 3000, 8), ("烤茄子", 1200, 6), ("烤鱼", 6800, 3), ("冰粉", 700, 6),
              ("啤酒", 600, 6), ("花生毛豆", 1500, 5)),
        most=4, share=60, ages=(4, 16), scenes=(60, 20, 20),
    ),
    "services": Trade(
        hours={8: 6, 9: 12, 10: 13, 11: 9, 14: 11, 15: 12, 16: 12, 17: 12, 18: 9, 19: 4},
        week=(95, 95, 95, 95, 105, 130, 105),
        menu=(("小件", 500, 7), ("常规", 1500, 8), ("大件", 3800, 4), ("全套", 8800, 1)),
        most=1, share=20, ages=(10, 10), scenes=(30, 55, 15),
    ),
}  # fmt: skip

SHOPS: Final = (
    Shop("zhou", "周记面馆", "sole_trader", OLD_STREET, "老街 37 号", "noodles",
         "周师傅", "小徐", 130),
    Shop("apo", "阿婆早点铺", "stall", OLD_STREET, "老街 12 号", "breakfast", "何秀珍", "何小玲"),
    Shop("laoli", "老李蔬菜摊", "stall", OLD_STREET, "老街菜市场 B12 摊", "vegetables",
         "李根生", "李春燕"),
    Shop("liu", "刘记鲜肉", "stall", OLD_STREET, "老街菜市场 A03 摊", "meat", "刘大勇", "刘娟"),
    Shop("jiang", "江边水产", "stall", OLD_STREET, "老街菜市场 C01 摊", "fish", "蒋水生", "蒋燕"),
    Shop("chen", "陈记豆腐坊", "sole_trader", OLD_STREET, "老街 58 号", "vegetables",
         "陈玉梅", "陈波", 60),
    Shop("qingquan", "清泉茶庄", "sole_trader", OLD_STREET, "老街 6 号", "tea", "叶清", "叶小雨"),
    Shop("xiaofang", "小芳理发店", "sole_trader", OLD_STREET, "老街 71 号", "barber",
         "罗小芳", "罗敏"),
    Shop("yonggu", "永固五金店", "sole_trader", OLD_STREET, "桥头巷 9 号", "hardware",
         "邓永固", "邓军"),
    Shop("zahuo", "老街杂货铺", "sole_trader", OLD_STREET, "老街 88 号", "market",
         "吴桂兰", "吴磊", 75),
    Shop("wu", "吴师傅修车铺", "stall", OLD_STREET, "桥头巷 2 号", "services", "吴铁山", "吴强"),
    Shop("yeshi", "老街烧烤夜市", "sole_trader", OLD_STREET, "老街 103 号", "evening",
         "马俊", "马晓东"),
    Shop("zhangjie", "张姐包子铺", "sole_trader", RIVER_EAST, "河东路 15 号", "breakfast",
         "张丽", "张芳芳", 110),
    Shop("niurou", "河东牛肉面", "sole_trader", RIVER_EAST, "河东路 62 号", "noodles",
         "马志强", "马兰"),
    Shop("xiansu", "青禾鲜蔬合作社", "collective", RIVER_EAST, "河东市场 1 号厅", "vegetables",
         "冯国强", "冯静", 90),
    Shop("guoran", "果香水果店", "sole_trader", RIVER_EAST, "河东路 33 号", "fruit",
         "郑海波", "郑雪梅"),
    Shop("dayaofang", "青禾大药房", "company", RIVER_EAST, "河东路 101 号", "pharmacy",
         "宋文彬", "宋慧"),
    Shop("bianmin", "河东便民超市", "company", RIVER_EAST, "滨河大道 20 号", "market",
         "黄建华", "黄婷", 130),
    Shop("maixiang", "麦香面包房", "sole_trader", RIVER_EAST, "河东路 48 号", "bakery",
         "林晓雯", "林佳"),
    Shop("qingning", "青柠茶饮", "sole_trader", RIVER_EAST, "滨河大道 8 号", "milk_tea",
         "苏可", "苏欣"),
    Shop("chuan", "滨河串串", "sole_trader", RIVER_EAST, "滨河大道 31 号", "evening",
         "唐勇", "唐倩", 90),
    Shop("jiejing", "洁净干洗", "sole_trader", RIVER_EAST, "学府巷 5 号", "services",
         "魏红", "魏强"),
    Shop("meifa", "河东美发", "sole_trader", RIVER_EAST, "学府巷 11 号", "barber",
         "许亮", "许晓燕"),
    Shop("chendu", "晨读文具店", "sole_trader", RIVER_EAST, "学府巷 2 号", "services",
         "曾志远", "曾琳", 120),
)  # fmt: skip
