"""Gates A and G: who and when, the register and the whole office; receipts and register in, hits out."""

from __future__ import annotations

from nvbatch.model import Severity
from nvbatch.rules.rule import Rule

# --- A: who and when ----------------------------------------------------------------------------
# No message repeats a sender's address: findings travel into run.json and other agencies' documents.

A301 = Rule(
    code="A301",
    severity=Severity.FATAL,
    title="Người gửi chưa đăng ký đầu mối",
    message="Thư được gửi từ địa chỉ không phải của đầu mối nào đã đăng ký; tệp được tạm giữ.",
    fix="Gửi lại từ địa chỉ của đầu mối đã đăng ký, hoặc gửi văn bản cử đầu mối để Văn phòng cập nhật danh sách.",
    source=("R23", "R38"),
)
A302 = Rule(
    code="A302",
    severity=Severity.FATAL,
    title="Người gửi là đầu mối của cơ quan khác",
    message="Tệp ghi cơ quan «{value}» nhưng người gửi là đầu mối của «{expected}»; tệp được tạm giữ.",
    fix="Đề nghị đầu mối của đúng cơ quan gửi lại, hoặc sửa mã cơ quan ở trang «Thông tin» nếu ghi nhầm.",
    source=("R23",),
)
A303 = Rule(
    code="A303",
    severity=Severity.FATAL,
    title="Cơ quan không có trong danh mục hoặc đã kết thúc",
    message="{what}.",
    fix="{advice}",
    source=("R14",),
)
A304 = Rule(
    code="A304",
    severity=Severity.FATAL,
    title="Không xác thực được người gửi",
    message="Chưa xác thực được người gửi: {what}; tệp được tạm giữ.",
    fix="Gửi lại từ hộp thư công vụ của cơ quan; nếu vẫn gặp lỗi, đề nghị liên hệ Văn phòng.",
    source=("R38",),
)
A305 = Rule(
    code="A305",
    severity=Severity.WARNING,
    title="Nộp sau thời điểm chốt",
    message="Báo cáo nhận lúc {value}, sau thời điểm chốt {expected}.",
    fix="Kỳ sau đề nghị gửi trước thời điểm chốt.",
    source=("R45", "R46", "R47", "8.13"),
)
A306 = Rule(
    code="A306",
    severity=Severity.INFO,
    title="Nộp sau thời điểm khóa",
    message="Báo cáo nhận lúc {value}, sau thời điểm khóa {expected}; được tính từ kỳ sau.",
    fix="Không phải gửi lại. Số liệu sẽ được tính từ kỳ báo cáo tiếp theo.",
    source=("R60", "R61"),
)
A307 = Rule(
    code="A307",
    severity=Severity.FATAL,
    title="Kỳ báo cáo chưa bắt đầu",
    message="Tệp ghi kỳ báo cáo {value}, kỳ này chưa bắt đầu.",
    fix="Kiểm tra lại «Kỳ báo cáo» ở trang «Thông tin» (kỳ hiện tại là {expected}) rồi gửi lại.",
    source=("8.3",),
)
A308 = Rule(
    code="A308",
    severity=Severity.INFO,
    title="Đã thay bằng bản mới hơn",
    message="Cơ quan đã gửi bản mới hơn của cùng kỳ ({expected}); bản này chỉ được dùng "
    "cho nhiệm vụ mà bản mới không có dòng hợp lệ.",
    fix="Không phải sửa.",
    source=("8.3",),
)
A309 = Rule(
    code="A309",
    severity=Severity.WARNING,
    title="Ngày ghi trong tệp hoặc thư lệch với lúc nhận",
    message="{what} là {value}, lệch quá một ngày so với lúc nhận ({expected}); lấy theo lúc nhận.",
    fix="Kiểm tra lại ngày ghi trong tệp và đồng hồ của máy gửi thư.",
    source=("8.3",),
)
A310 = Rule(
    code="A310",
    severity=Severity.WARNING,
    title="Dùng biểu mẫu của kỳ trước",
    message="Tệp ghi kỳ {value} nhưng đã quá hạn của kỳ đó; được tính cho kỳ nhận là {expected}.",
    fix="Kỳ sau dùng biểu mẫu đúng kỳ do Văn phòng gửi.",
    source=("8.3",),
)
A311 = Rule(
    code="A311",
    severity=Severity.INFO,
    title="Không rõ lúc nhận",
    message="Tệp không có thông tin về lúc nhận; lấy lúc thu thập là {value}.",
    fix="Ghi lúc nhận của tệp vào inbox/receipts.csv trước khi chạy.",
    source=("1",),
)
A312 = Rule(
    code="A312",
    severity=Severity.FATAL,
    title="Hai đầu mối gửi hai bản khác nhau",
    message="Trong kỳ {expected}, cơ quan có hai tệp khác nội dung từ hai đầu mối; cả hai được tạm giữ.",
    fix="Đề nghị Thủ trưởng cơ quan xác nhận bản chính thức; Văn phòng sẽ tiếp nhận bản được xác nhận.",
    source=("R22", "R23"),
)

# --- G: the register and the whole office -------------------------------------------------------

G801 = Rule(
    code="G801",
    severity=Severity.ERROR,
    title="Đầu mối không đúng số lượng",
    message="Cơ quan {agency} {what}.",
    fix="Bổ sung hoặc kết thúc hiệu lực ở trang «Đầu mối» để mỗi chương trình có đúng một đầu mối.",
    source=("R22", "R26"),
)
G802 = Rule(
    code="G802",
    severity=Severity.WARNING,
    title="Đầu mối chưa đúng cấp",
    message="Đầu mối của cơ quan {agency} có chức vụ «{value}», chưa phải lãnh đạo cấp phòng.",
    fix="Đề nghị cơ quan cử lãnh đạo cấp phòng (Trưởng phòng, Phó Trưởng phòng, Chánh hoặc Phó Chánh Văn phòng) "
    "và cập nhật trang «Đầu mối».",
    source=("R22",),
    flag="focal_point_level",
)
G803 = Rule(
    code="G803",
    severity=Severity.ERROR,
    title="Nhiệm vụ chưa có cơ quan tiếp nhận",
    message="Cơ quan chủ trì «{value}» đã kết thúc hoạt động từ {expected} mà chưa có cơ quan nào nhận nhiệm vụ.",
    fix="Ghi bàn giao ở trang «Bàn giao» (cơ quan nhận, ngày hiệu lực, biên bản).",
    source=("R13",),
    flag="no_receiving_agency",
)
G804 = Rule(
    code="G804",
    severity=Severity.WARNING,
    title="Có sản phẩm nhưng không có thời hạn",
    message="Nhiệm vụ yêu cầu sản phẩm «{value}» nhưng không có thời hạn.",
    fix="Xác định thời hạn hoàn thành và ghi vào trang «Nhiệm vụ».",
    source=("R19",),
    flag="product_without_deadline",
)
G805 = Rule(
    code="G805",
    severity=Severity.WARNING,
    title="Số nhiệm vụ lệch với số của văn bản giao",
    message="{what}: đã nhập {value} nhiệm vụ, theo văn bản là {expected}.",
    fix="Đối chiếu phụ lục của văn bản, bổ sung nhiệm vụ còn thiếu hoặc sửa «Số nhiệm vụ».",
    source=("R07",),
)
G806 = Rule(
    code="G806",
    severity=Severity.WARNING,
    title="Thời hạn chưa rõ",
    message="Thời hạn ghi «{value}» được hiểu là: {expected}.",
    fix="Nếu hiểu chưa đúng, ghi ngày cụ thể vào cột «Thời hạn» của trang «Nhiệm vụ».",
    source=("8.2",),
    flag="ambiguous_deadline",
)
G807 = Rule(
    code="G807",
    severity=Severity.ERROR,
    title="Danh mục trùng hoặc không khớp",
    message="Danh mục chưa khớp: {what}.",
    fix="Sửa dòng này trong register.xlsx: mỗi mã một dòng, cơ quan phải có ở trang «Cơ quan» và còn hiệu lực.",
    source=("8.1",),
)
G808 = Rule(
    code="G808",
    severity=Severity.ERROR,
    title="Gia hạn quá số lần hoặc thiếu văn bản",
    message="Gia hạn: {what}.",
    fix="Kiểm tra trang «Gia hạn»: số lần cho phép là {expected}, mỗi lần phải có văn bản chấp thuận.",
    source=("R74",),
)
G809 = Rule(
    code="G809",
    severity=Severity.WARNING,
    title="Miễn trừ hết hiệu lực hoặc không dùng đến",
    message="Miễn trừ quy tắc {value} {what}.",
    fix="Xóa dòng đó ở trang «Miễn trừ» hoặc gia hạn kèm lý do, người duyệt.",
    source=("3",),
)
G810 = Rule(
    code="G810",
    severity=Severity.WARNING,
    title="Chưa nộp báo cáo",
    message="Cơ quan {agency} chưa gửi báo cáo kỳ {expected}.",
    fix="Gửi báo cáo theo biểu mẫu BM01 của kỳ.",
    source=("R40", "8.12"),
)
G811 = Rule(
    code="G811",
    severity=Severity.ERROR,
    title="Mã nhiệm vụ biến mất khỏi danh mục",
    message="Nhiệm vụ {task} đã có ở lần chạy trước, nay không còn trong trang «Nhiệm vụ»; "
    "vẫn được tính theo dòng cuối cùng đã biết.",
    fix="Nhập lại dòng nhiệm vụ; nếu dừng hoặc chuyển thì ghi «Dừng» hoặc «Chuyển» kèm văn bản chấp thuận.",
    source=("R21",),
)
G812 = Rule(
    code="G812",
    severity=Severity.INFO,
    title="Danh mục thay đổi so với lần chạy trước",
    message="{what}: từ «{value}» thành «{expected}».",
    fix="Không phải sửa nếu thay đổi là đúng chủ ý.",
    source=("R10",),
)
