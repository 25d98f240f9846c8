"""Case so-nho: five invented agencies, forty tasks, two weeks; what they send and what must come of it.

Nothing here asks the product for a figure: all is decided by hand from the contract, section 8.
"""

from __future__ import annotations

from datetime import date
from typing import Any

AGENCIES = [
    # code, name, level, group, head, title, focal point, position, mail
    ("SNV", "Sở Nội vụ", "Tỉnh", "Sở, ngành", "Nguyễn Văn Mẫu", "Giám đốc", "Hồ Thị Ví", "Chánh Văn phòng"),
    ("STC", "Sở Tài chính", "Tỉnh", "Sở, ngành", "Trần Thị Thử", "Giám đốc", "Bùi Văn Dụ", "Phó Chánh Văn phòng"),
    ("SNNMT", "Sở Nông nghiệp và Môi trường", "Tỉnh", "Sở, ngành", "Lê Văn Ví", "Giám đốc", "Đinh Thị Mẫu",
     "Trưởng phòng"),
    ("SXD", "Sở Xây dựng", "Tỉnh", "Sở, ngành", "Phạm Thị Dụ", "Giám đốc", "Cao Văn Thử", "Chuyên viên"),
    ("XA01", "UBND xã An Mẫu", "Xã", "Xã, phường", "Đỗ Văn Giả", "Chủ tịch UBND xã", "Mai Thị Hợp",
     "Chánh Văn phòng HĐND và UBND"),
]  # fmt: skip
ALIASES = {"SNV": "SNV", "STC": "STC", "SNNMT": "SNN&MT; Sở NN&MT", "SXD": "SXD", "XA01": "Xã An Mẫu"}

DOCUMENTS = [
    # number, date, issuer, subject, control total (G805: one task of 71/TB-UBND was never entered)
    ("1650/UBND-KT", date(2024, 11, 12), "UBND tỉnh", "Rà soát các dự án chậm tiến độ", 1),
    ("12/KH-UBND", date(2025, 1, 10), "UBND tỉnh", "Kế hoạch công tác trọng tâm năm 2025", 21),
    ("258/UBND-TH", date(2025, 2, 5), "UBND tỉnh", "Triển khai nhiệm vụ sau Tết Nguyên đán", 10),
    ("71/TB-UBND", date(2025, 2, 24), "UBND tỉnh", "Kết luận phiên họp UBND tỉnh tháng 02/2025", 9),
]

# code | class | document | content | deadline (a date, or the phrase of the document) | product | growth
TASKS = """
0101|Trọng tâm|12/KH-UBND|Rà soát vị trí việc làm của các cơ quan chuyên môn cấp tỉnh|28/03/2025|Báo cáo của UBND tỉnh|
0102|Trọng tâm|258/UBND-TH|Tham mưu kiện toàn Ban Chỉ đạo cải cách hành chính tỉnh|14/03/2025|Quyết định của UBND tỉnh|
0103|Thường xuyên|71/TB-UBND|Báo cáo kết quả tinh giản biên chế quý I|17/03/2025|Báo cáo|
0104|Trọng tâm|258/UBND-TH|Trình đề án số hóa hồ sơ cán bộ, công chức|10/03/2025|Đề án|
0105|Thường xuyên|12/KH-UBND|Báo cáo công tác cải cách hành chính|hằng tháng|Báo cáo|
0106|Thường xuyên|12/KH-UBND|Theo dõi thi hành Luật Cán bộ, công chức trên địa bàn tỉnh||Báo cáo|
0107|Trọng tâm|12/KH-UBND|Xây dựng bộ chỉ số đánh giá chuyển đổi số cấp xã|30/06/2025|Bộ chỉ số|
0108|Trọng tâm|12/KH-UBND|Tổng kết phong trào thi đua năm 2025|31/12/2025|Báo cáo tổng kết|
0201|Trọng tâm|12/KH-UBND|Phân bổ kế hoạch vốn đầu tư công năm 2025|trước ngày 31/3/2025|Quyết định của UBND tỉnh|x
0202|Thường xuyên|71/TB-UBND|Rà soát các quỹ tài chính ngoài ngân sách|15/04/2025|Báo cáo|
0203|Trọng tâm|258/UBND-TH|Trình phương án giao dự toán bổ sung cho y tế cơ sở|05/03/2025|Tờ trình|
0204|Thường xuyên|258/UBND-TH|Báo cáo kết quả quyết toán dự án hoàn thành|28/02/2025|Báo cáo|
0205|Thường xuyên|12/KH-UBND|Kiểm kê tài sản công tại các cơ quan, đơn vị|30/06/2025|Báo cáo kiểm kê|
0206|Trọng tâm|71/TB-UBND|Đánh giá tác động của chính sách giảm thuế giá trị gia tăng|16/03/2025|Báo cáo|
0207|Trọng tâm|12/KH-UBND|Tháo gỡ vướng mắc giải ngân vốn Khu công nghiệp Mẫu Đông|20/06/2025|Báo cáo, tờ trình|x
0208|Thường xuyên|12/KH-UBND|Ban hành quy chế phối hợp quản lý thu ngân sách|10/02/2025|Quy chế|
0301|Trọng tâm|12/KH-UBND|Lập kế hoạch phòng, chống thiên tai năm 2025|31/03/2025|Kế hoạch|
0302|Thường xuyên|71/TB-UBND|Báo cáo tình hình dịch bệnh trên đàn vật nuôi|19/03/2025|Báo cáo|
0303|Trọng tâm|12/KH-UBND|Phê duyệt danh mục vùng trồng cây dược liệu|trong Quý I/2025|Quyết định|
0304|Thường xuyên|71/TB-UBND|Kiểm tra các mỏ cát lòng sông|30/05/2025|Báo cáo kiểm tra|
0305|Trọng tâm|258/UBND-TH|Thẩm định phương án bồi thường hồ chứa nước Suối Ví|07/03/2025|Văn bản thẩm định|x
0306|Thường xuyên|12/KH-UBND|Cập nhật cơ sở dữ liệu đất đai các xã miền núi|30/06/2025|Cơ sở dữ liệu|
0307|Trọng tâm|1650/UBND-KT|Xử lý dứt điểm các điểm ô nhiễm môi trường làng nghề||Báo cáo|
0308|Thường xuyên|12/KH-UBND|Nghiệm thu mô hình canh tác lúa giảm phát thải|25/04/2025|Biên bản nghiệm thu|
0401|Trọng tâm|71/TB-UBND|Thẩm định báo cáo nghiên cứu khả thi đường ven biển|20/03/2025|Văn bản thẩm định|x
0402|Thường xuyên|258/UBND-TH|Rà soát quy hoạch chung thị trấn An Mẫu|14/03/2025|Báo cáo rà soát|
0403|Thường xuyên|258/UBND-TH|Công bố giá vật liệu xây dựng tháng 02/2025|15/03/2025|Văn bản công bố|
0404|Trọng tâm|258/UBND-TH|Trình quy định phân cấp quản lý hạ tầng đô thị|10/03/2025|Tờ trình|
0405|Thường xuyên|12/KH-UBND|Lập danh mục nhà ở cũ thuộc sở hữu nhà nước|30/04/2025|Danh mục|
0406|Trọng tâm|12/KH-UBND|Khởi công 500 căn nhà ở xã hội|30/09/2025|Báo cáo khởi công|x
0407|Thường xuyên|71/TB-UBND|Ban hành định mức duy tu cầu treo|khi có hướng dẫn của Bộ Xây dựng|Định mức|
0408|Thường xuyên|12/KH-UBND|Kiểm tra an toàn chịu lực chung cư cũ|30/04/2025|Báo cáo kiểm tra|
0501|Thường xuyên|12/KH-UBND|Ra quân chỉnh trang các tuyến đường liên thôn|trong Quý II/2025|Báo cáo kết quả|
0502|Trọng tâm|258/UBND-TH|Giải phóng mặt bằng tuyến kênh thủy lợi N2|12/03/2025|Mặt bằng sạch|
0503|Thường xuyên|71/TB-UBND|Rà soát hộ nghèo được hỗ trợ nhà ở|31/03/2025|Danh sách|
0504|Thường xuyên|12/KH-UBND|Bố trí bộ phận hỗ trợ nộp hồ sơ trực tuyến tại thôn||Bộ phận hoạt động|
0505|Thường xuyên|12/KH-UBND|Báo cáo công tác tiếp công dân|hằng quý|Báo cáo|
0506|Trọng tâm|12/KH-UBND|Hoàn thành hồ sơ công nhận xã nông thôn mới nâng cao|14/02/2025|Hồ sơ đề nghị|
0507|Thường xuyên|12/KH-UBND|Quản lý bến đò ngang An Mẫu|30/06/2025|Báo cáo|
0508|Thường xuyên|258/UBND-TH|Tuyên truyền phòng, chống cháy rừng mùa khô|05/04/2025|Báo cáo|
"""
OWNER = {"01": "SNV", "02": "STC", "03": "SNNMT", "04": "SXD", "05": "XA01"}
STATES = {  # what the Office entered about single tasks
    "0405": {"state": "Dừng", "state_doc": "512/UBND-XD ngày 26/02/2025", "state_from": date(2025, 3, 1)},
    "0507": {"state": "Chuyển", "state_doc": "44/TB-UBND ngày 24/01/2025", "state_from": date(2025, 2, 1)},
}
EXTENSIONS = {  # by period: what the register holds then
    "2025-W12": [("0305", 1, date(2025, 4, 15), "688/UBND-NL", date(2025, 3, 18))],
}

DELAY = {
    "delay_cause_kind": "Khách quan",
    "delay_reason": "Chờ ý kiến thống nhất của cơ quan phối hợp theo quy trình",
    "explanation_doc": "45/BC-VP ngày 11/3/2025",
}


def run(progress: Any, narrative: str, **more: Any) -> dict[str, Any]:
    """A row of a task under way."""
    return {"reported_status": "Đang thực hiện", "progress": progress, "narrative": narrative, **more}


def done(on: Any, result: str, document: str, **more: Any) -> dict[str, Any]:
    """A row of a finished task."""
    said = f"Đã hoàn thành và báo cáo: {result.lower()}"
    row = {"reported_status": "Đã hoàn thành", "progress": 100, "narrative": said, "completed_on": on}
    return {**row, "result": result, "result_doc": document, **more}


W11: dict[str, Any] = {
    "0101": run(60, "Đã họp liên ngành lần 2, đang hoàn thiện dự thảo báo cáo"),
    "0102": done(date(2025, 3, 12), "Đã ban hành quyết định kiện toàn", "415/QĐ-UBND ngày 12/3/2025"),
    "0103": run(70, "Đã nhận báo cáo của 14/20 cơ quan, đang tổng hợp"),
    "0104": run(80, "Dự thảo đề án đã lấy ý kiến, đang tiếp thu", **DELAY),
    "0105": done(date(2025, 3, 5), "Đã gửi báo cáo tháng 02", "63/BC-SNV ngày 05/3/2025"),
    "0106": run(30, "Đã gửi văn bản hướng dẫn các huyện, xã thực hiện"),
    "0107": run(10, "Đã thành lập tổ soạn thảo bộ chỉ số, phân công chuẩn bị"),
    "0108": run(5, "Đã xây dựng đề cương báo cáo tổng kết phong trào"),
    "0201": run("120%", "Đã trình phương án phân bổ đợt 1 cho 32 dự án"),
    "0202": run(40, "đang thực hiện"),
    "0203": run(55, "Đã tổng hợp nhu cầu của 11 trung tâm y tế cấp huyện"),
    "0204": done("31/02/2025", "Đã có báo cáo quyết toán", "102/BC-STC ngày 27/02/2025"),
    "0205": run(20, "Đã gửi biểu mẫu kiểm kê cho 120 đơn vị", reported_status="Đang xử lý tốt"),
    "0206": run(90, "Dự thảo báo cáo đã gửi lấy ý kiến Cục Thuế và Hải quan"),
    "0207": run(35, "Đã làm việc với chủ đầu tư, xác định 3 nhóm vướng mắc",
                difficulty="Chưa có đơn giá bồi thường đất rừng sản xuất",
                proposal="Đề nghị UBND tỉnh cho áp dụng đơn giá tạm tính", escalate_to="UBND tỉnh"),
    "0208": run(85, "Quy chế đã thẩm định, đang chỉnh lý theo ý kiến Sở Tư pháp", **DELAY),
    "0301": run(65, "Đã phê duyệt đề cương, các huyện đang gửi phương án"),
    "0302": run(75, "Đã lấy mẫu giám sát tại 8 xã, chờ kết quả xét nghiệm"),
    "0303": run(50, "Đã khảo sát 12 vùng trồng, đang lập danh mục"),
    "0304": None,  # an untouched row: no update
    "0305": run(60, "Đang rà soát giá đất cụ thể cùng địa phương", reported_status="Đề nghị gia hạn",
                requested_deadline=date(2025, 4, 15), extension_reason="Chờ xác định giá đất cụ thể", **DELAY),
    "0306": run(25, "Đã cập nhật dữ liệu 9/34 xã miền núi", accountable_head="Phó Giám đốc Ngô Văn Hai"),
    "0307": run(20, "Đã lập danh sách 5 điểm ô nhiễm, đang lấy mẫu nước"),
    "0308": run(60, "Đã nghiệm thu nội bộ 3/5 mô hình tại các hợp tác xã"),
    "0401": run(50, "Đã họp thẩm định lần 1, chủ đầu tư đang giải trình"),
    "0402": run(95, "Báo cáo rà soát đã trình lãnh đạo Sở ký"),
    "0403": done(date(2025, 3, 10), "Đã công bố giá vật liệu tháng 02", "320/CB-SXD ngày 10/3/2025"),
    "0404": done(date(2025, 3, 12), "Đã trình UBND tỉnh", "88/TTr-SXD ngày 12/3/2025", **DELAY),
    "0406": run(10, "Đã lựa chọn xong nhà đầu tư 2 dự án", supervisor=""),
    "0407": run(0, "Đã có văn bản xin hướng dẫn của Bộ Xây dựng", reported_status="Chưa thực hiện"),
    "0408": [run(30, "Đã kiểm tra 4 chung cư tại phường trung tâm"),
             run(60, "Đã kiểm tra 7 chung cư, đang lập biên bản")],
    "0501": run(15, "Đã phát động tại 6 thôn, hoàn thành 2 tuyến đường"),
    "0502": run(90, "Còn 2 hộ chưa nhận tiền bồi thường, đang vận động", **DELAY),
    "0503": run(70, "Đã rà soát 6/8 thôn, niêm yết danh sách tại nhà văn hóa"),
    "0504": done(date(2025, 3, 3), "8/8 thôn đã có bộ phận hỗ trợ", "19/BC-UBND ngày 03/3/2025"),
    "0505": run(50, "Đang tổng hợp số liệu tiếp công dân tháng 3"),
    "0506": run(80, "Còn tiêu chí nước sạch chưa đạt, đang đấu nối thêm 120 hộ",
                difficulty="Thiếu vốn đấu nối nước sạch", proposal="Đề nghị UBND tỉnh bổ sung 1,2 tỷ đồng",
                escalate_to="UBND tỉnh", **DELAY),
    "0508": run(40, "Đã phát thanh hằng ngày, ký cam kết với 210 hộ ven rừng"),
    "9999": run(10, "Nhiệm vụ xã tự ghi thêm, không có trong danh mục"),
}  # fmt: skip

AGREED = {"confirmation": "Thống nhất"}
W12: dict[str, Any] = {
    "0101": run(85, "Dự thảo báo cáo đã gửi lấy ý kiến các cơ quan", **AGREED),
    "0103": done(date(2025, 3, 17), "Đã gửi báo cáo quý I", "81/BC-SNV ngày 17/3/2025", **AGREED),
    "0104": done(date(2025, 3, 19), "Đề án đã được phê duyệt", "452/QĐ-UBND ngày 19/3/2025", **DELAY, **AGREED),
    "0105": run(40, "Đang thu thập số liệu cho báo cáo tháng 3", **AGREED),
    "0106": run(35, "Đã kiểm tra việc thi hành tại 3 cơ quan", **AGREED),
    "0107": run(10, "Đã thành lập tổ soạn thảo bộ chỉ số, phân công chuẩn bị", **AGREED),  # word for word as in W11
    "0108": run(15, "Đã thống nhất tiêu chí bình xét với các khối thi đua"),  # confirmation left blank
    "0201": run(80, "Đã phân bổ 32/40 dự án, còn lại chờ thẩm định giá", **AGREED),
    "0202": run(60, "Đã rà soát 9/15 quỹ, đang làm việc với các quỹ còn lại", **AGREED),
    "0203": run(75, "Tờ trình đã qua thẩm định của Sở Y tế", **DELAY, **AGREED),
    "0204": done(date(2025, 2, 27), "Đã có báo cáo quyết toán", "102/BC-STC ngày 27/02/2025", **AGREED),
    "0205": run(35, "Đã nhận kết quả kiểm kê của 48 đơn vị", **AGREED),
    "0206": {**done(date(2025, 3, 15), "Đã có báo cáo đánh giá", ""), **AGREED},  # no result document
    "0207": run(45, "Đã có đơn giá tạm tính trình UBND tỉnh xem xét", confirmation="Chưa thống nhất",
                confirmation_note="Phần vướng mắc thuộc trách nhiệm chủ đầu tư",
                difficulty="Chưa có đơn giá bồi thường đất rừng sản xuất",
                proposal="Đề nghị UBND tỉnh cho áp dụng đơn giá tạm tính", escalate_to="UBND tỉnh"),
    "0208": run(95, "Quy chế đã trình UBND tỉnh ký ban hành", **DELAY, **AGREED),
    "0301": run(80, "Đã nhận phương án của 10/11 huyện, đang tổng hợp", **AGREED),
    "0302": done(date(2025, 3, 18), "Đã gửi báo cáo", "210/BC-SNNMT ngày 18/3/2025", **AGREED),
    "0303": run(80, "Đã trình dự thảo quyết định phê duyệt danh mục", **AGREED),
    "0304": run(30, "Đã kiểm tra 4 mỏ, lập 2 biên bản vi phạm", **AGREED),
    "0305": run(70, "Đã có giá đất cụ thể, đang lập phương án chi tiết", **AGREED),
    "0306": run(35, "Đã cập nhật dữ liệu 13/34 xã miền núi", **AGREED),
    "0307": run(25, "Đã có kết quả phân tích nước của 5 điểm", **AGREED),
    "0308": run(40, "Hai mô hình phải nghiệm thu lại do thiếu nhật ký", **AGREED),  # went back from 60
    "0501": run(25, "Hoàn thành 4 tuyến đường, trồng 300 cây xanh", **AGREED),  # arrives after the lock
}  # fmt: skip

# Register statuses at the two moments: task → (status, days overdue or None, aggregated, flags that must be there,
# flags that may be there). Decided by hand from the contract, section 8.
D = "done_on_time"
TRUTH_W11: dict[str, tuple[str, int | None, bool, str, str]] = {
    "0101": ("in_time", None, True, "", ""),
    "0102": (D, None, True, "", ""),
    "0103": ("due_soon", None, True, "", ""),
    "0104": ("overdue", 4, True, "", ""),
    "0105": ("recurring", None, True, "", ""),
    "0106": ("open_no_deadline", None, True, "product_without_deadline five_clear_missing", ""),
    "0107": ("in_time", None, True, "", ""),
    "0108": ("in_time", None, True, "", ""),
    "0201": ("in_time", None, False, "no_update", ""),
    "0202": ("in_time", None, False, "incomplete", ""),
    "0203": ("overdue", 9, False, "incomplete no_explanation", ""),
    "0204": ("overdue", 14, False, "no_update no_explanation overdue_silent", ""),
    "0205": ("in_time", None, False, "no_update", ""),
    "0206": ("due_soon", None, True, "", ""),
    "0207": ("in_time", None, True, "changed_without_reason", ""),
    "0208": ("overdue", 32, True, "long_overdue", ""),
    "0301": ("in_time", None, True, "", ""),
    "0302": ("due_soon", None, True, "", ""),
    "0303": ("in_time", None, True, "", ""),
    "0304": ("in_time", None, False, "no_update", ""),
    "0305": ("overdue", 7, True, "extension_requested", ""),
    "0306": ("in_time", None, True, "deputy_accountable", ""),
    "0307": ("open_no_deadline", None, True,
             "carried_over no_deadline_reminder product_without_deadline five_clear_missing", ""),
    "0308": ("in_time", None, True, "", ""),
    "0401": ("in_time", None, True, "", ""),
    "0402": ("due_soon", None, True, "", ""),
    "0403": (D, None, True, "", ""),
    "0404": ("done_late", 2, True, "", ""),
    "0405": ("stopped", None, True, "", ""),
    "0406": ("in_time", None, False, "incomplete", "five_clear_missing"),
    "0407": ("open_no_deadline", None, True, "ambiguous_deadline product_without_deadline five_clear_missing", ""),
    "0408": ("in_time", None, False, "no_update", ""),
    "0501": ("in_time", None, True, "", ""),
    "0502": ("overdue", 2, True, "", ""),
    "0503": ("in_time", None, True, "", ""),
    "0504": ("done_no_deadline", None, True, "", "five_clear_missing product_without_deadline"),
    "0505": ("recurring", None, True, "", ""),
    "0506": ("overdue", 28, True, "", ""),
    "0507": ("transferred", None, True, "", ""),
    "0508": ("in_time", None, True, "", ""),
}  # fmt: skip
TRUTH_W12: dict[str, tuple[str, int | None, bool, str, str]] = {
    "0101": ("due_soon", None, True, "", ""),
    "0102": (D, None, True, "", ""),
    "0103": (D, None, True, "", ""),
    "0104": ("done_late", 9, True, "", ""),
    "0105": ("recurring", None, True, "", ""),
    "0106": ("open_no_deadline", None, True, "product_without_deadline five_clear_missing", ""),
    "0107": ("in_time", None, True, "stale_narrative", ""),
    "0108": ("in_time", None, True, "unconfirmed", ""),
    "0201": ("in_time", None, True, "", ""),
    "0202": ("in_time", None, True, "", ""),
    "0203": ("overdue", 19, True, "", ""),
    "0204": (D, None, True, "", ""),
    "0205": ("in_time", None, True, "", ""),
    "0206": ("overdue", 8, False, "incomplete awaiting_closure no_explanation", ""),
    "0207": ("in_time", None, True, "disputed", ""),
    "0208": ("overdue", 42, True, "long_overdue", ""),
    "0301": ("in_time", None, True, "", ""),
    "0302": (D, None, True, "", ""),
    "0303": ("in_time", None, True, "", ""),
    "0304": ("in_time", None, True, "", ""),
    "0305": ("in_time", None, True, "", ""),
    "0306": ("in_time", None, True, "", ""),
    "0307": ("open_no_deadline", None, True,
             "carried_over no_deadline_reminder product_without_deadline five_clear_missing", ""),
    "0308": ("in_time", None, True, "status_regressed", ""),
    "0401": ("overdue", 4, False, "incomplete no_update no_explanation overdue_silent", ""),
    "0402": ("overdue", 10, False, "incomplete no_update no_explanation overdue_silent", ""),
    "0403": (D, None, True, "", ""),
    "0404": ("done_late", 2, True, "", ""),
    "0405": ("stopped", None, True, "", ""),
    "0406": ("in_time", None, False, "no_update", "five_clear_missing"),
    "0407": ("open_no_deadline", None, False,
             "no_update ambiguous_deadline product_without_deadline five_clear_missing", ""),
    "0408": ("in_time", None, False, "no_update", ""),
    "0501": ("in_time", None, False, "no_update", ""),
    "0502": ("overdue", 12, False, "no_update", ""),
    "0503": ("in_time", None, False, "no_update", ""),
    "0504": ("done_no_deadline", None, True, "", "five_clear_missing product_without_deadline"),
    "0505": ("recurring", None, True, "", ""),
    "0506": ("overdue", 38, False, "long_overdue no_update", ""),
    "0507": ("transferred", None, True, "", ""),
    "0508": ("in_time", None, False, "no_update", ""),
}  # fmt: skip

# mail → (file in it, agency, state, timeliness, findings «rule task column» that must be there)
FILES_W11: dict[str, tuple[str, str, str, str, tuple[str, ...]]] = {
    "01-sxd-anh-doi-duoi.eml": ("BM01_SXD_CHUNG_2025-W11.xlsx", "SXD", "rejected", "on_time", ("F101",)),
    "02-la-gui-thay.eml": ("BM01_XA01_CHUNG_2025-W11.xlsx", "XA01", "quarantined", "on_time", ("A301",)),
    "03-snv.eml": ("BM01_SNV_CHUNG_2025-W11.xlsx", "SNV", "accepted", "on_time", ("R511 0106", "M606")),
    "04-snnmt-tu-lap.eml": ("Báo cáo nhiệm vụ tuần 11.xls", "SNNMT", "accepted", "on_time",
                            ("F105", "S201", "S206", "S211", "R507 0306 accountable_head", "R511 0307")),
    "05-xa01.eml": ("BM01_XA01_CHUNG_2025-W11.xlsx", "XA01", "accepted", "on_time", ("M601 9999",)),
    "06-stc.eml": ("BM01_STC_CHUNG_2025-W11.xlsx", "STC", "accepted", "on_time",
                   ("C404 0201 progress", "C408 0202 narrative", "C402 0204 completed_on",
                    "C406 0205 reported_status", "M605 0207")),
    "07-sxd-tre.eml": ("BM01_SXD_CHUNG_2025-W11.xlsx", "SXD", "accepted", "late",
                       ("A305", "C401 0406 supervisor", "R509 0408", "R511 0407")),
}  # fmt: skip
FILES_W12: dict[str, tuple[str, str, str, str, tuple[str, ...]]] = {
    "11-stc-lan-1.eml": ("BM01_STC_CHUNG_2025-W12.xlsx", "STC", "superseded", "on_time",
                           ("A308", "R501 0206 result_doc")),
    "12-snv.eml": ("BM01_SNV_CHUNG_2025-W12.xlsx", "SNV", "accepted", "on_time", ()),
    "13-snnmt-ods.eml": ("Báo cáo nhiệm vụ tuần 12.ods", "SNNMT", "accepted", "on_time", ("F105", "S201")),
    "14-stc-lan-2.eml": ("BM01_STC_CHUNG_2025-W12.xlsx", "STC", "accepted", "on_time",
                         ("R501 0206 result_doc", "M608 0207")),
    "15-xa01-sau-khoa.eml": ("BM01_XA01_CHUNG_2025-W12.xlsx", "XA01", "after_lock", "after_lock", ("A306",)),
}  # fmt: skip
AGENCY_FLAGS_W11 = {"SXD": "late focal_point_level"}
AGENCY_FLAGS_W12 = {"SXD": "not_submitted focal_point_level", "XA01": "not_submitted"}
RECURRING_MET = {"2025-W11": 1, "2025-W12": 0}
OFFICE_FINDINGS = {  # judged at as-of over register and task states, not in one file
    "2025-W11": ("G802", "G805", "R504 0203", "R504 0204"),
    "2025-W12": ("G802", "G805", "R504 0206", "R504 0401", "R504 0402"),
}
